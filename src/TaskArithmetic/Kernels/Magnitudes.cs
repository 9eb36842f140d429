using System.Runtime.InteropServices;
using TaskArithmetic.Kernels.Operators;

namespace TaskArithmetic.Kernels;

/// <summary>
/// Work on magnitudes as integers: the bits of a float32 without its sign, which order like the absolute values. NaN come after infinity.
/// </summary>
internal static class Magnitudes
{
    /// <summary>All bits but the sign.</summary>
    public const uint Mask = MagnitudeOperator.Mask;

    /// <summary>The integer of one value's magnitude.</summary>
    public static uint Of(float value) => BitConverter.SingleToUInt32Bits(value) & Mask;

    /// <summary>Copies what lies in a band of magnitudes, both ends included, and writes +0 for the rest.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void KeepBand(ReadOnlySpan<float> source, uint low, uint high, Span<float> destination) =>
        KeepBand(source, low, high, destination, SimdWidths.Widest);

    /// <summary>As <see cref="KeepBand(ReadOnlySpan{float}, uint, uint, Span{float})"/>, by the given path.</summary>
    public static void KeepBand(ReadOnlySpan<float> source, uint low, uint high, Span<float> destination, SimdWidth width) =>
        ElementwiseLoop.Apply(destination, source, source, new KeepBandOperator(low, high), width);

    /// <summary>destination ← |v|.</summary>
    public static void Take(ReadOnlySpan<float> v, Span<float> destination) => ElementwiseLoop.Apply(destination, v, v, default(MagnitudeOperator), SimdWidths.Widest);

    /// <summary>Number of elements in a band of magnitudes, both ends included.</summary>
    public static long CountBand(ReadOnlySpan<float> values, uint low, uint high) =>
        ElementwiseLoop.Count(values, values, values, new InBandOperator(low, high), SimdWidths.Widest);

    /// <summary>Index of the first element in a band of magnitudes, both ends included; −1 if there is none.</summary>
    public static int IndexOfBand(ReadOnlySpan<float> values, uint low, uint high) =>
        ElementwiseLoop.IndexOf(values, new InBandOperator(low, high), SimdWidths.Widest);

    /// <summary>
    /// Counts magnitudes by their leading bits: element m adds one to bin <c>(m &gt;&gt; shift) − first</c>, or to the first or last bin
    /// where that lies outside.
    /// </summary>
    public static void Count(ReadOnlySpan<float> values, int shift, uint first, Span<uint> bins)
    {
        var bits = MemoryMarshal.Cast<float, uint>(values);
        var last = bins.Length - 1;
        if (first == 0 && (Mask >> shift) <= (uint)last)
        {
            // The usual case needs no limits: every key has its bin.
            foreach (var value in bits)
                bins[(int)((value & Mask) >> shift)]++;
            return;
        }
        foreach (var value in bits)
            bins[Math.Clamp((int)((value & Mask) >> shift) - (int)first, 0, last)]++;
    }

    /// <summary>Counts the magnitudes of a band one by one: element m adds one to bin <c>m − low</c>; others are left out.</summary>
    public static void CountWithin(ReadOnlySpan<float> values, uint low, Span<uint> bins)
    {
        foreach (var value in MemoryMarshal.Cast<float, uint>(values))
        {
            var key = (value & Mask) - low;
            if (key < (uint)bins.Length)
                bins[(int)key]++;
        }
    }
}
