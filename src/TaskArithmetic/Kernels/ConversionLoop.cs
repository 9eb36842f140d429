using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TaskArithmetic.Kernels.Formats;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels;

/// <summary>The loops between the bytes of a file and float32 scratch.</summary>
internal static class ConversionLoop
{
    /// <summary>Reads every element of the source.</summary>
    /// <exception cref="ArgumentException">The source does not hold as many elements as the destination.</exception>
    public static void Load<TFormat>(ReadOnlySpan<byte> source, Span<float> destination, SimdWidth width)
        where TFormat : struct, IFloatFormat
    {
        RequireBytes(source.Length, destination.Length, TFormat.Bytes);
        switch (width)
        {
            case SimdWidth.Vector512: Load<TFormat, Lanes512>(source, destination); break;
            case SimdWidth.Vector256: Load<TFormat, Lanes256>(source, destination); break;
            case SimdWidth.Vector128: Load<TFormat, Lanes128>(source, destination); break;
            default: Load<TFormat, Lanes1>(source, destination); break;
        }
    }

    /// <summary>Writes every element of the source.</summary>
    /// <exception cref="ArgumentException">The destination does not hold as many elements as the source.</exception>
    public static void Store<TFormat>(ReadOnlySpan<float> source, Span<byte> destination, SimdWidth width)
        where TFormat : struct, IFloatFormat
    {
        RequireBytes(destination.Length, source.Length, TFormat.Bytes);
        switch (width)
        {
            case SimdWidth.Vector512: Store<TFormat, Lanes512>(source, destination); break;
            case SimdWidth.Vector256: Store<TFormat, Lanes256>(source, destination); break;
            case SimdWidth.Vector128: Store<TFormat, Lanes128>(source, destination); break;
            default: Store<TFormat, Lanes1>(source, destination); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load<TFormat, TLanes>(ReadOnlySpan<byte> source, Span<float> destination)
        where TFormat : struct, IFloatFormat
        where TLanes : struct, ILanes<TLanes>
    {
        ref var bytes = ref MemoryMarshal.GetReference(source);
        ref var values = ref MemoryMarshal.GetReference(destination);
        nint i = 0;
        for (; i <= destination.Length - TLanes.Count; i += TLanes.Count)
            TLanes.Store(TFormat.Load<TLanes>(in Unsafe.Add(ref bytes, i * TFormat.Bytes)), ref Unsafe.Add(ref values, i));
        for (; i < destination.Length; i++)
            Lanes1.Store(TFormat.Load<Lanes1>(in Unsafe.Add(ref bytes, i * TFormat.Bytes)), ref Unsafe.Add(ref values, i));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Store<TFormat, TLanes>(ReadOnlySpan<float> source, Span<byte> destination)
        where TFormat : struct, IFloatFormat
        where TLanes : struct, ILanes<TLanes>
    {
        ref var values = ref MemoryMarshal.GetReference(source);
        ref var bytes = ref MemoryMarshal.GetReference(destination);
        nint i = 0;
        for (; i <= source.Length - TLanes.Count; i += TLanes.Count)
            TFormat.Store(TLanes.Load(in Unsafe.Add(ref values, i)), ref Unsafe.Add(ref bytes, i * TFormat.Bytes));
        for (; i < source.Length; i++)
            TFormat.Store(Lanes1.Load(in Unsafe.Add(ref values, i)), ref Unsafe.Add(ref bytes, i * TFormat.Bytes));
    }

    private static void RequireBytes(int bytes, int elements, int width)
    {
        if (bytes != (long)elements * width)
            throw new ArgumentException($"{elements} elements of {width} bytes do not fit {bytes} bytes.");
    }
}
