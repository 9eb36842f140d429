using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TaskArithmetic.Kernels.Formats;
using TaskArithmetic.Kernels.Lanes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Kernels;

/// <summary>
/// The sign election of TIES (arXiv 2306.01708): at every position the inputs vote with their values, the sign of the sum is the elected
/// one (zero counts as plus), and only inputs of that sign contribute. A vote of zero never agrees.
/// </summary>
internal static class SignElection
{
    /// <summary>Sums the terms and the weights of the inputs that agree with the elected sign, left to right.</summary>
    /// <param name="votes">The votes of all inputs, one run behind the other, each as long as <paramref name="merged"/>.</param>
    /// <param name="terms">What each input contributes, in the same order; may be the votes.</param>
    /// <param name="weights">One weight for each input.</param>
    /// <param name="merged">Receives the sum of the terms of those that agree.</param>
    /// <param name="divisor">Receives the sum of their weights.</param>
    /// <param name="rounding">The three sums are rounded to this dtype.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static void Elect(
        ReadOnlySpan<float> votes, ReadOnlySpan<float> terms, ReadOnlySpan<float> weights, Span<float> merged, Span<float> divisor, DType rounding) =>
        Elect(votes, terms, weights, merged, divisor, rounding, SimdWidths.Widest);

    /// <summary>As <see cref="Elect(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, Span{float}, DType)"/>, by the given path.</summary>
    public static void Elect(
        ReadOnlySpan<float> votes,
        ReadOnlySpan<float> terms,
        ReadOnlySpan<float> weights,
        Span<float> merged,
        Span<float> divisor,
        DType rounding,
        SimdWidth width)
    {
        if (divisor.Length != merged.Length || votes.Length != terms.Length || votes.Length != (long)weights.Length * merged.Length)
            throw new ArgumentException($"{weights.Length} runs of {merged.Length} elements are needed, got {votes.Length} and {terms.Length} elements.");
        switch (rounding)
        {
            case DType.BF16: Elect<BFloat16Format>(votes, terms, weights, merged, divisor, width); break;
            case DType.F16: Elect<HalfFormat>(votes, terms, weights, merged, divisor, width); break;
            default: Elect<SingleFormat>(votes, terms, weights, merged, divisor, width); break;
        }
    }

    private static void Elect<TFormat>(
        ReadOnlySpan<float> votes, ReadOnlySpan<float> terms, ReadOnlySpan<float> weights, Span<float> merged, Span<float> divisor, SimdWidth width)
        where TFormat : struct, IFloatFormat
    {
        switch (width)
        {
            case SimdWidth.Vector512: Elect<TFormat, Lanes512>(votes, terms, weights, merged, divisor); break;
            case SimdWidth.Vector256: Elect<TFormat, Lanes256>(votes, terms, weights, merged, divisor); break;
            case SimdWidth.Vector128: Elect<TFormat, Lanes128>(votes, terms, weights, merged, divisor); break;
            default: Elect<TFormat, Lanes1>(votes, terms, weights, merged, divisor); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Elect<TFormat, TLanes>(
        ReadOnlySpan<float> votes, ReadOnlySpan<float> terms, ReadOnlySpan<float> weights, Span<float> merged, Span<float> divisor)
        where TFormat : struct, IFloatFormat
        where TLanes : struct, ILanes<TLanes>
    {
        ref var vote = ref MemoryMarshal.GetReference(votes);
        ref var term = ref MemoryMarshal.GetReference(terms);
        ref var sum = ref MemoryMarshal.GetReference(merged);
        ref var weight = ref MemoryMarshal.GetReference(divisor);
        nint i = 0;
        for (; i <= merged.Length - TLanes.Count; i += TLanes.Count)
            At<TFormat, TLanes>(ref vote, ref term, weights, merged.Length, i, ref sum, ref weight);
        for (; i < merged.Length; i++)
            At<TFormat, Lanes1>(ref vote, ref term, weights, merged.Length, i, ref sum, ref weight);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void At<TFormat, TLanes>(
        ref float votes, ref float terms, ReadOnlySpan<float> weights, nint run, nint index, ref float merged, ref float divisor)
        where TFormat : struct, IFloatFormat
        where TLanes : struct, ILanes<TLanes>
    {
        var zero = TLanes.CreateBits(0);
        var election = zero;
        for (var input = 0; input < weights.Length; input++)
            election += TLanes.Load(in Unsafe.Add(ref votes, (input * run) + index));
        election = TFormat.Round(election);
        // −0 is no minus: a sum that rounds to it counts as zero.
        var minus = (election >> 31) & ~TLanes.AreEqual(election, zero);

        var sum = zero;
        var weight = zero;
        for (var input = 0; input < weights.Length; input++)
        {
            var vote = TLanes.Load(in Unsafe.Add(ref votes, (input * run) + index));
            var agrees = ~((vote >> 31) ^ minus) & ~TLanes.AreEqual(vote, zero);
            sum += TLanes.Load(in Unsafe.Add(ref terms, (input * run) + index)) & agrees;
            weight += TLanes.Create(weights[input]) & agrees;
        }
        TLanes.Store(TFormat.Round(sum), ref Unsafe.Add(ref merged, index));
        TLanes.Store(TFormat.Round(weight), ref Unsafe.Add(ref divisor, index));
    }
}
