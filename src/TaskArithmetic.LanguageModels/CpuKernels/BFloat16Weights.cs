using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>
/// bfloat16, the upper half of a float32. In each pair the weight at the even place is widened by a shift and the odd one
/// by a mask, which is cheaper than spreading them in order; so the other factor has its even places first.
/// </summary>
internal unsafe struct BFloat16Weights : IWeightFormat
{
    private const int Half = IWeightFormat.BlockSize / 2;

    public static int Bytes => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadFirst(byte* block) => (Vector512.Load((uint*)block) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadSecond(byte* block) => (Vector512.Load((uint*)block) & Vector512.Create(0xFFFF_0000u)).AsSingle();

    public static float Load(byte* weight) => BitConverter.UInt32BitsToSingle((uint)*(ushort*)weight << 16);

    public static void Store(byte* place, float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        *(ushort*)place = float.IsNaN(value) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    public static void Arrange(ReadOnlySpan<float> values, Span<float> arranged)
    {
        var blocks = values.Length / IWeightFormat.BlockSize * IWeightFormat.BlockSize;
        for (var block = 0; block < blocks; block += IWeightFormat.BlockSize)
        {
            for (var i = 0; i < Half; i++)
            {
                arranged[block + i] = values[block + 2 * i];
                arranged[block + Half + i] = values[block + 2 * i + 1];
            }
        }
        values[blocks..].CopyTo(arranged[blocks..]);
    }

    public static void Restore(ReadOnlySpan<float> arranged, Span<float> values)
    {
        var blocks = values.Length / IWeightFormat.BlockSize * IWeightFormat.BlockSize;
        for (var block = 0; block < blocks; block += IWeightFormat.BlockSize)
        {
            for (var i = 0; i < Half; i++)
            {
                values[block + 2 * i] = arranged[block + i];
                values[block + 2 * i + 1] = arranged[block + Half + i];
            }
        }
        arranged[blocks..].CopyTo(values[blocks..]);
    }
}
