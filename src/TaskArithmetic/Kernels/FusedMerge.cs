using TaskArithmetic.Kernels.Formats;
using TaskArithmetic.Kernels.Lanes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Kernels;

/// <summary>
/// Weighted sums of stored tensors in one pass: widened, merged, measured, rounded and stored in registers. The bytes are those of <see cref="Widening"/>,
/// <see cref="Combining"/> and <see cref="Narrowing"/> in turn; sums are measured in an order of their own (<see cref="FusedSums"/>). Whatever is not
/// plain (a dtype of its own for some operand, values that are not finite, squares beyond float32) is left to that other path.
/// </summary>
internal static class FusedMerge
{
    /// <summary>Sums of squares below this may have lost terms to underflow: of 16 terms each is then less than 2⁻¹⁴⁶ off.</summary>
    private const double SmallestReliableSum = 1.0 / (1UL << 55) / (1UL << 55);

    private const int TermsOnStack = 8;

    /// <summary>Whether such operands can be merged here at all.</summary>
    /// <param name="operands">Dtypes of the target and of everything that terms read.</param>
    /// <param name="output">Dtype of the output.</param>
    public static bool Supports(IEnumerable<DType> operands, DType output) =>
        IsPlain(output) && operands.Distinct().Take(2).ToList() is [var dtype] && IsPlain(dtype);

    /// <summary>Merges a block; give blocks of a fixed size (a multiple of 16), as the order of sums follows from it.</summary>
    /// <param name="block">The operands.</param>
    /// <param name="output">Receives as many elements as the target has. Its content is undefined where the answer is no.</param>
    /// <param name="into">Receives what was measured.</param>
    /// <returns>False, and nothing is measured, if the block has to be merged in the other way.</returns>
    /// <exception cref="ArgumentException">The operands differ in length.</exception>
    public static bool TryMerge(FusedBlock block, Span<byte> output, FusedMeasures into) => TryMerge(block, output, into, SimdWidths.Widest);

    /// <summary>As <see cref="TryMerge(FusedBlock, Span{byte}, FusedMeasures)"/>, by the given path.</summary>
    public static bool TryMerge(FusedBlock block, Span<byte> output, FusedMeasures into, SimdWidth width)
    {
        if (!IsPlain(block.DType) || !IsPlain(block.OutputDType) || block.Terms.IsEmpty)
            return false;
        RequireEqualLengths(block, output);
        return width switch
        {
            SimdWidth.Vector512 => Merge<Lanes512>(block, output, into),
            SimdWidth.Vector256 => Merge<Lanes256>(block, output, into),
            SimdWidth.Vector128 => Merge<Lanes128>(block, output, into),
            _ => Merge<Lanes1>(block, output, into),
        };
    }

    private static bool IsPlain(DType dtype) => dtype is DType.BF16 or DType.F16 or DType.F32;

    private static bool Merge<TLanes>(FusedBlock block, Span<byte> output, FusedMeasures into)
        where TLanes : struct, ILanes<TLanes> => block.DType switch
        {
            DType.BF16 => Merge<TLanes, BFloat16Format>(block, output, into),
            DType.F16 => Merge<TLanes, HalfFormat>(block, output, into),
            _ => Merge<TLanes, SingleFormat>(block, output, into),
        };

    private static bool Merge<TLanes, TIn>(FusedBlock block, Span<byte> output, FusedMeasures into)
        where TLanes : struct, ILanes<TLanes>
        where TIn : struct, IFloatFormat => block.OutputDType switch
        {
            DType.BF16 => Merge<TLanes, TIn, BFloat16Format>(block, output, into),
            DType.F16 => Merge<TLanes, TIn, HalfFormat>(block, output, into),
            _ => Merge<TLanes, TIn, SingleFormat>(block, output, into),
        };

    private static bool Merge<TLanes, TIn, TOut>(FusedBlock block, Span<byte> output, FusedMeasures into)
        where TLanes : struct, ILanes<TLanes>
        where TIn : struct, IFloatFormat
        where TOut : struct, IFloatFormat =>
        !(block is { AddsToTarget: true, Terms.Length: 1 }) ? MergeSeveral<TLanes, TIn, TOut>(block, output, into)
        : block.Terms[0].Minus.IsEmpty ? MergeSingle<TLanes, TIn, TOut, FusedVector>(block, output, into)
        : MergeSingle<TLanes, TIn, TOut, FusedPair>(block, output, into);

    private static bool MergeSingle<TLanes, TIn, TOut, TTerm>(FusedBlock block, Span<byte> output, FusedMeasures into)
        where TLanes : struct, ILanes<TLanes>
        where TIn : struct, IFloatFormat
        where TOut : struct, IFloatFormat
        where TTerm : struct, IFusedTermKind
    {
        var sums = new FusedSums(
            stackalloc float[FusedLoop.SumCount * FusedSums.Columns],
            stackalloc double[FusedLoop.SumCount * FusedSums.Columns],
            stackalloc float[FusedSums.Counters * FusedSums.Columns]);
        var term = block.Terms[0];
        FusedLoop.Single<TIn, TOut, TLanes, TTerm>(block.Target, term.From.Span, term.Minus.Span, term.Factor, output, sums);
        var measured = Measured(block, term, sums);
        var targetSquared = sums.Total(FusedLoop.TargetSquared);
        if (!IsReliable(block, term, measured) || !IsReliable(targetSquared, block.Target) || !sums.IsZero(FusedLoop.NonFinite))
            return false;
        into.Add(output.Length / TOut.Bytes, targetSquared, sums.TotalCount(FusedLoop.Asked), sums.TotalCount(FusedLoop.Survived), [measured]);
        return true;
    }

    /// <summary>Several terms, or a sum that does not begin with the target: term by term over float32 scratch that stays in the first-level cache.</summary>
    private static bool MergeSeveral<TLanes, TIn, TOut>(FusedBlock block, Span<byte> output, FusedMeasures into)
        where TLanes : struct, ILanes<TLanes>
        where TIn : struct, IFloatFormat
        where TOut : struct, IFloatFormat
    {
        const int sumFloats = FusedLoop.SumCount * FusedSums.Columns, counterFloats = FusedSums.Counters * FusedSums.Columns;
        var groups = block.Terms.Length + 1;
        Span<float> run = stackalloc float[sumFloats];
        Span<double> doubles = groups <= TermsOnStack ? stackalloc double[groups * sumFloats] : new double[groups * sumFloats];
        Span<float> counters = groups <= TermsOnStack ? stackalloc float[groups * counterFloats] : new float[groups * counterFloats];
        Span<float> scratchFloats = stackalloc float[FusedScratch.Floats];
        var scratch = new FusedScratch(scratchFloats);

        var length = block.Target.Length / TIn.Bytes;
        for (var start = 0; start < length; start += scratch.Accumulator.Length)
        {
            var count = Math.Min(scratch.Accumulator.Length, length - start);
            var target = Part(block.Target, start, count, TIn.Bytes);
            scratch.Change.Clear();
            if (block.AddsToTarget)
                ConversionLoop.Load<TIn, TLanes>(target, scratch.Accumulator[..count]);
            else
                scratch.Accumulator.Clear();
            for (var i = 0; i < block.Terms.Length; i++)
            {
                var term = block.Terms[i];
                var from = Part(term.From.Span, start, count, TIn.Bytes);
                var sums = Sums(i, run, doubles, counters);
                if (term.Minus.IsEmpty)
                    FusedLoop.AddTerm<TIn, TLanes, FusedVector>(target, from, [], term.Factor, scratch, sums);
                else
                    FusedLoop.AddTerm<TIn, TLanes, FusedPair>(target, from, Part(term.Minus.Span, start, count, TIn.Bytes), term.Factor, scratch, sums);
            }
            FusedLoop.Finish<TIn, TOut, TLanes>(target, block.AddsToTarget, output.Slice(start * TOut.Bytes, count * TOut.Bytes), scratch, Sums(groups - 1, run, doubles, counters));
        }

        var measured = new FusedTermMeasures[block.Terms.Length];
        for (var i = 0; i < measured.Length; i++)
        {
            measured[i] = Measured(block, block.Terms[i], Sums(i, run, doubles, counters));
            if (!IsReliable(block, block.Terms[i], measured[i]))
                return false;
        }
        var whole = Sums(groups - 1, run, doubles, counters);
        var targetSquared = whole.Total(FusedLoop.TargetSquared);
        if (!IsReliable(targetSquared, block.Target) || !whole.IsZero(FusedLoop.NonFinite))
            return false;
        into.Add(length, targetSquared, whole.TotalCount(FusedLoop.Asked), whole.TotalCount(FusedLoop.Survived), measured);
        return true;

        static FusedSums Sums(int group, Span<float> run, Span<double> doubles, Span<float> counters) =>
            new(run, doubles.Slice(group * sumFloats, sumFloats), counters.Slice(group * counterFloats, counterFloats));
    }

    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> elements, int start, int count, int width) => elements.Slice(start * width, count * width);

    private static FusedTermMeasures Measured(FusedBlock block, FusedTerm term, FusedSums sums)
    {
        var equal = sums.TotalCount(FusedLoop.Equal);
        return term.Minus.IsEmpty
            ? new FusedTermMeasures(sums.Total(FusedLoop.Squared), equal, 0, 0, 0, 0)
            : new FusedTermMeasures(
                sums.Total(FusedLoop.Squared), equal, sums.Total(FusedLoop.FromSquared), sums.Total(FusedLoop.FromDistance),
                sums.Total(FusedLoop.MinusSquared), sums.Total(FusedLoop.MinusDistance));
    }

    private static bool IsReliable(FusedBlock block, FusedTerm term, FusedTermMeasures measured)
    {
        var from = term.From.Span;
        var minus = term.Minus.Span;
        if (minus.IsEmpty)
            return IsReliable(measured.Squared, from);
        return IsReliable(measured.Squared, from, minus)
            && IsReliable(measured.FromSquared, from) && IsReliable(measured.FromDistance, from, block.Target)
            && IsReliable(measured.MinusSquared, minus) && IsReliable(measured.MinusDistance, minus, block.Target);
    }

    /// <summary>Whether Σ x² is neither beyond float32 nor near to underflow; nothing but zeroes sum up to a true zero.</summary>
    private static bool IsReliable(double sum, ReadOnlySpan<byte> x) =>
        (sum >= SmallestReliableSum && double.IsFinite(sum)) || (sum == 0 && !x.ContainsAnyExcept((byte)0));

    /// <summary>As for one operand, for Σ (x − y)².</summary>
    private static bool IsReliable(double sum, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y) =>
        (sum >= SmallestReliableSum && double.IsFinite(sum)) || (sum == 0 && x.SequenceEqual(y));

    private static void RequireEqualLengths(FusedBlock block, Span<byte> output)
    {
        var elements = block.Target.Length / block.DType.Bytes();
        if (block.Target.Length % block.DType.Bytes() != 0 || output.Length != elements * block.OutputDType.Bytes())
            throw new ArgumentException($"{block.Target.Length} bytes of the target do not fit {output.Length} of the output.");
        foreach (var term in block.Terms)
        {
            if (term.From.Length != block.Target.Length || (term.Minus.Length != block.Target.Length && !term.Minus.IsEmpty))
                throw new ArgumentException($"Operands of {block.Target.Length} bytes are needed, got {term.From.Length} and {term.Minus.Length}.");
        }
    }
}
