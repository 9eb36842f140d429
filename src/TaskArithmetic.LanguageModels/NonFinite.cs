using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.LanguageModels;

/// <summary>Finds NaN and infinity in stored weights: numbers whose exponent bits are all set.</summary>
internal static class NonFinite
{
    /// <summary>Index of the first element that is NaN or infinite, or −1.</summary>
    public static int IndexOf(ReadOnlySpan<byte> bytes, DType dtype) => dtype switch
    {
        DType.BF16 => IndexOf(MemoryMarshal.Cast<byte, ushort>(bytes), (ushort)0x7F80),
        DType.F16 => IndexOf(MemoryMarshal.Cast<byte, ushort>(bytes), (ushort)0x7C00),
        DType.F32 => IndexOf(MemoryMarshal.Cast<byte, uint>(bytes), 0x7F80_0000u),
        DType.F64 => IndexOf(MemoryMarshal.Cast<byte, ulong>(bytes), 0x7FF0_0000_0000_0000ul),
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Only float kinds have non-finite values."),
    };

    /// <summary>The value as a message names it.</summary>
    public static string Describe(ReadOnlySpan<byte> element, DType dtype)
    {
        var value = dtype switch
        {
            DType.BF16 => BitConverter.UInt32BitsToSingle((uint)MemoryMarshal.Read<ushort>(element) << 16),
            DType.F16 => (double)MemoryMarshal.Read<Half>(element),
            DType.F32 => MemoryMarshal.Read<float>(element),
            _ => MemoryMarshal.Read<double>(element),
        };
        return value.ToString(CultureInfo.InvariantCulture);
    }

    private static int IndexOf<T>(ReadOnlySpan<T> values, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        var mask = new Vector<T>(exponent);
        var i = 0;
        for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            if (Vector.EqualsAny(new Vector<T>(values[i..]) & mask, mask))
                break;
        }
        for (; i < values.Length; i++)
        {
            if ((values[i] & exponent) == exponent)
                return i;
        }
        return -1;
    }
}
