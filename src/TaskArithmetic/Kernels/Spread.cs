using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels;

/// <summary>How far inputs lie apart, position by position. Inputs lie one run behind the other, each as long as the output.</summary>
internal static class Spread
{
    /// <summary>
    /// The variance over the inputs (of the population: divided by their number), by Welford's recurrence in float32, every operation
    /// rounded by itself.
    /// </summary>
    public static void Variance(ReadOnlySpan<float> inputs, int count, Span<float> variance) => Variance(inputs, count, variance, SimdWidths.Widest);

    /// <summary>As <see cref="Variance(ReadOnlySpan{float}, int, Span{float})"/>, by the given path.</summary>
    public static void Variance(ReadOnlySpan<float> inputs, int count, Span<float> variance, SimdWidth width)
    {
        if (inputs.Length != (long)count * variance.Length)
            throw new ArgumentException($"{count} runs of {variance.Length} elements are needed, got {inputs.Length} elements.");
        switch (width)
        {
            case SimdWidth.Vector512: Variance<Lanes512>(inputs, count, variance); break;
            case SimdWidth.Vector256: Variance<Lanes256>(inputs, count, variance); break;
            case SimdWidth.Vector128: Variance<Lanes128>(inputs, count, variance); break;
            default: Variance<Lanes1>(inputs, count, variance); break;
        }
    }

    /// <summary>The same recurrence in float64, rounded to float32 in the end, as torch computes the variance of float32.</summary>
    public static void VarianceInDouble(ReadOnlySpan<float> inputs, int count, Span<float> variance)
    {
        var run = variance.Length;
        for (var i = 0; i < run; i++)
        {
            double mean = 0, squares = 0;
            for (var input = 0; input < count; input++)
            {
                var delta = inputs[(input * run) + i] - mean;
                mean += delta / (input + 1);
                squares += delta * (inputs[(input * run) + i] - mean);
            }
            variance[i] = (float)(squares / count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Variance<TLanes>(ReadOnlySpan<float> inputs, int count, Span<float> variance)
        where TLanes : struct, ILanes<TLanes>
    {
        ref var first = ref MemoryMarshal.GetReference(inputs);
        ref var output = ref MemoryMarshal.GetReference(variance);
        nint i = 0;
        for (; i <= variance.Length - TLanes.Count; i += TLanes.Count)
            TLanes.Store(VarianceAt<TLanes>(ref first, count, variance.Length, i), ref Unsafe.Add(ref output, i));
        for (; i < variance.Length; i++)
            Lanes1.Store(VarianceAt<Lanes1>(ref first, count, variance.Length, i), ref Unsafe.Add(ref output, i));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes VarianceAt<TLanes>(ref float inputs, int count, nint run, nint index)
        where TLanes : struct, ILanes<TLanes>
    {
        var mean = TLanes.CreateBits(0);
        var squares = TLanes.CreateBits(0);
        for (var input = 0; input < count; input++)
        {
            var value = TLanes.Load(in Unsafe.Add(ref inputs, (input * run) + index));
            var delta = value - mean;
            mean += delta / TLanes.Create(input + 1f);
            squares += delta * (value - mean);
        }
        return squares / TLanes.Create((float)count);
    }
}
