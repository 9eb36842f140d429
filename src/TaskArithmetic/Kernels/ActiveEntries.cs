using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TaskArithmetic.Kernels.Formats;
using TaskArithmetic.Kernels.Lanes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Kernels;

/// <summary>
/// Merging by who changed a weight, as RAM does (arXiv 2601.13572): an entry is active where its magnitude exceeds a threshold; what one
/// input changed stays, what several changed is averaged.
/// </summary>
/// <remarks>Inputs lie one run behind the other, each as long as the output.</remarks>
internal static class ActiveEntries
{
    /// <summary>One active input: its value times its scale; several: their mean; none: +0.</summary>
    /// <param name="inputs">The vectors.</param>
    /// <param name="scales">One factor for each input, for entries that no other input changed.</param>
    /// <param name="threshold">An entry is active where its magnitude is larger.</param>
    /// <param name="merged">Receives the result.</param>
    /// <param name="rounding">
    /// F32: the active values are summed left to right and divided by their number. BF16 or F16: each is divided first and rounded to that
    /// dtype, then they are summed, which is the order of mergekit precision.
    /// </param>
    /// <param name="dividesFirst">Whether each value is divided before the sum also in F32.</param>
    public static void Mean(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> scales, float threshold, Span<float> merged, DType rounding, bool dividesFirst) =>
        Mean(inputs, scales, threshold, merged, rounding, dividesFirst, SimdWidths.Widest);

    /// <summary>As <see cref="Mean(ReadOnlySpan{float}, ReadOnlySpan{float}, float, Span{float}, DType, bool)"/>, by the given path.</summary>
    public static void Mean(
        ReadOnlySpan<float> inputs,
        ReadOnlySpan<float> scales,
        float threshold,
        Span<float> merged,
        DType rounding,
        bool dividesFirst,
        SimdWidth width)
    {
        RequireRuns(inputs.Length, scales.Length, merged.Length);
        switch (rounding)
        {
            case DType.BF16: Mean<BFloat16Format>(inputs, scales, threshold, merged, dividesFirst, width); break;
            case DType.F16: Mean<HalfFormat>(inputs, scales, threshold, merged, dividesFirst, width); break;
            default: Mean<SingleFormat>(inputs, scales, threshold, merged, dividesFirst, width); break;
        }
    }

    /// <summary>Adds, for each input, the number of active entries that others changed too and of those that none did.</summary>
    /// <param name="inputs">The vectors.</param>
    /// <param name="threshold">An entry is active where its magnitude is larger.</param>
    /// <param name="shared">One count for each input.</param>
    /// <param name="unique">One count for each input.</param>
    public static void Count(ReadOnlySpan<float> inputs, float threshold, Span<long> shared, Span<long> unique) =>
        Count(inputs, threshold, shared, unique, SimdWidths.Widest);

    /// <summary>As <see cref="Count(ReadOnlySpan{float}, float, Span{long}, Span{long})"/>, by the given path.</summary>
    public static void Count(ReadOnlySpan<float> inputs, float threshold, Span<long> shared, Span<long> unique, SimdWidth width)
    {
        RequireRuns(inputs.Length, shared.Length, inputs.Length / shared.Length);
        switch (width)
        {
            case SimdWidth.Vector512: Count<Lanes512>(inputs, threshold, shared, unique); break;
            case SimdWidth.Vector256: Count<Lanes256>(inputs, threshold, shared, unique); break;
            case SimdWidth.Vector128: Count<Lanes128>(inputs, threshold, shared, unique); break;
            default: Count<Lanes1>(inputs, threshold, shared, unique); break;
        }
    }

    private static void Mean<TFormat>(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> scales, float threshold, Span<float> merged, bool dividesFirst, SimdWidth width)
        where TFormat : struct, IFloatFormat
    {
        switch (width)
        {
            case SimdWidth.Vector512: Mean<TFormat, Lanes512>(inputs, scales, threshold, merged, dividesFirst); break;
            case SimdWidth.Vector256: Mean<TFormat, Lanes256>(inputs, scales, threshold, merged, dividesFirst); break;
            case SimdWidth.Vector128: Mean<TFormat, Lanes128>(inputs, scales, threshold, merged, dividesFirst); break;
            default: Mean<TFormat, Lanes1>(inputs, scales, threshold, merged, dividesFirst); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mean<TFormat, TLanes>(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> scales, float threshold, Span<float> merged, bool dividesFirst)
        where TFormat : struct, IFloatFormat
        where TLanes : struct, ILanes<TLanes>
    {
        ref var first = ref MemoryMarshal.GetReference(inputs);
        ref var output = ref MemoryMarshal.GetReference(merged);
        nint i = 0;
        for (; i <= merged.Length - TLanes.Count; i += TLanes.Count)
            TLanes.Store(MeanAt<TFormat, TLanes>(ref first, scales, merged.Length, i, threshold, dividesFirst), ref Unsafe.Add(ref output, i));
        for (; i < merged.Length; i++)
            Lanes1.Store(MeanAt<TFormat, Lanes1>(ref first, scales, merged.Length, i, threshold, dividesFirst), ref Unsafe.Add(ref output, i));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes MeanAt<TFormat, TLanes>(
        ref float inputs, ReadOnlySpan<float> scales, nint run, nint index, float threshold, bool dividesFirst)
        where TFormat : struct, IFloatFormat
        where TLanes : struct, ILanes<TLanes>
    {
        var one = TLanes.Create(1f);
        var count = TLanes.CreateBits(0);
        var unique = TLanes.CreateBits(0);
        var sum = TLanes.CreateBits(0);
        for (var input = 0; input < scales.Length; input++)
        {
            var value = TLanes.Load(in Unsafe.Add(ref inputs, (input * run) + index));
            var active = IsActive(value, threshold);
            count += one & active;
            unique += (value * TLanes.Create(scales[input])) & active;
            sum += value & active;
        }
        var divisor = TLanes.Select(TLanes.AreEqual(count, TLanes.CreateBits(0)), one, count);
        var mean = dividesFirst ? SumOfParts<TFormat, TLanes>(ref inputs, scales.Length, run, index, threshold, divisor) : sum / divisor;
        return TLanes.Select(TLanes.AreEqual(count, one), unique, mean);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes SumOfParts<TFormat, TLanes>(ref float inputs, int count, nint run, nint index, float threshold, TLanes divisor)
        where TFormat : struct, IFloatFormat
        where TLanes : struct, ILanes<TLanes>
    {
        var sum = TLanes.CreateBits(0);
        for (var input = 0; input < count; input++)
        {
            var value = TLanes.Load(in Unsafe.Add(ref inputs, (input * run) + index));
            sum += TFormat.Round(value / divisor) & IsActive(value, threshold);
        }
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Count<TLanes>(ReadOnlySpan<float> inputs, float threshold, Span<long> shared, Span<long> unique)
        where TLanes : struct, ILanes<TLanes>
    {
        nint run = inputs.Length / shared.Length;
        ref var first = ref MemoryMarshal.GetReference(inputs);
        nint i = 0;
        for (; i <= run - TLanes.Count; i += TLanes.Count)
            CountAt<TLanes>(ref first, run, i, threshold, shared, unique);
        for (; i < run; i++)
            CountAt<Lanes1>(ref first, run, i, threshold, shared, unique);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CountAt<TLanes>(ref float inputs, nint run, nint index, float threshold, Span<long> shared, Span<long> unique)
        where TLanes : struct, ILanes<TLanes>
    {
        var any = TLanes.CreateBits(0);
        var several = TLanes.CreateBits(0);
        for (var input = 0; input < shared.Length; input++)
        {
            var active = IsActive(TLanes.Load(in Unsafe.Add(ref inputs, (input * run) + index)), threshold);
            several |= any & active;
            any |= active;
        }
        for (var input = 0; input < shared.Length; input++)
        {
            var active = IsActive(TLanes.Load(in Unsafe.Add(ref inputs, (input * run) + index)), threshold);
            var both = TLanes.CountSet(active & several);
            shared[input] += both;
            unique[input] += TLanes.CountSet(active) - both;
        }
    }

    /// <summary>|value| &gt; threshold; NaN is active.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes IsActive<TLanes>(TLanes value, float threshold)
        where TLanes : struct, ILanes<TLanes> =>
        TLanes.LessThanBits(TLanes.Create(threshold), value & TLanes.CreateBits(Magnitudes.Mask));

    private static void RequireRuns(int elements, int runs, int length)
    {
        if (elements != (long)runs * length)
            throw new ArgumentException($"{runs} runs of {length} elements are needed, got {elements} elements.");
    }
}
