using TaskArithmetic.Checkpoints;
using TaskArithmetic.Kernels;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Merging;

/// <summary>Merges one chunk: reads the inputs, combines them block by block, measures, rounds.</summary>
/// <param name="nonFinite">Hears of numbers that are none.</param>
/// <param name="hashing">Takes the bytes that are read; null if nobody asks for digests of the inputs.</param>
internal sealed class ChunkMerger(NonFiniteValues nonFinite, InputHashing? hashing)
{
    /// <summary>Merges a chunk of a tensor into <paramref name="output"/>, its bytes in the output dtype.</summary>
    /// <returns>What the merge did to these elements.</returns>
    public TensorStatistics Merge(Chunk chunk, PlannedTensor plan, MergeScratch scratch, Span<byte> output, CancellationToken stop)
    {
        var target = scratch.Target.AsSpan(0, chunk.Count);
        var accumulator = scratch.Accumulator.AsSpan(0, chunk.Count);
        var delta = scratch.Delta.AsSpan(0, chunk.Count);
        var bytes = Read(chunk, plan.Target, scratch.TargetBytes, stop);
        Widening.ToSingle(bytes, plan.Target.Info.DType, target);
        RoundToWorking(plan.Coefficients, target);
        if (plan.Terms.Count == 0)
            target.CopyTo(accumulator);
        else
            MergeArithmetic.Start(plan.Coefficients, target, accumulator);
        delta.Clear();

        var terms = new TermStatistics[plan.Terms.Count];
        for (var i = 0; i < terms.Length; i++)
            terms[i] = AddTerm(chunk, plan, plan.Terms[i], scratch, stop);
        var statistics = Finish(chunk, plan, scratch, terms, output);
        if (plan.KeepsTarget)
            bytes.CopyTo(output);
        return statistics;
    }

    /// <summary>Copies a chunk of the target into <paramref name="output"/>; numbers that are none are found there as well.</summary>
    public void Copy(Chunk chunk, PlannedTensor plan, MergeScratch scratch, Span<byte> output, CancellationToken stop)
    {
        var dtype = plan.Target.Info.DType;
        plan.Target.Read(chunk.ByteOffset(dtype), output);
        hashing?.Append(plan.Target, chunk.ByteOffset(dtype), output, stop);
        if (!dtype.IsMergeable())
            return;
        var target = scratch.Target.AsSpan(0, chunk.Count);
        Widening.ToSingle(output, dtype, target);
        nonFinite.CheckInput(Reducing.SumOfSquares(target), target, plan.Target, chunk.First);
    }

    /// <summary>What a chunk of this tensor reads, in the order in which <see cref="Merge"/> and <see cref="Copy"/> do.</summary>
    public static IEnumerable<PlannedRead> ReadsOf(Chunk chunk, PlannedTensor plan)
    {
        yield return Of(plan.Target);
        foreach (var term in plan.IsCopy ? [] : plan.Terms)
        {
            yield return Of(term.From);
            if (term.Minus is not null)
                yield return Of(term.Minus);
        }

        PlannedRead Of(CheckpointTensor tensor) => new(
            tensor.File, tensor.File.Header.DataStart + tensor.Info.Begin + chunk.ByteOffset(tensor.Info.DType), chunk.ByteCount(tensor.Info.DType));
    }

    private Span<byte> Read(Chunk chunk, CheckpointTensor tensor, byte[] buffer, CancellationToken stop)
    {
        var bytes = chunk.Read(tensor, buffer);
        hashing?.Append(tensor, chunk.ByteOffset(tensor.Info.DType), bytes, stop);
        return bytes;
    }

    private TermStatistics AddTerm(Chunk chunk, PlannedTensor plan, PlannedTerm term, MergeScratch scratch, CancellationToken stop)
    {
        var fromBytes = Read(chunk, term.From, scratch.FromBytes, stop);
        var minusBytes = term.Minus is null ? [] : Read(chunk, term.Minus, scratch.MinusBytes, stop);
        var sum = new TermStatistics(term.Index, 0, 0, term.Minus is null ? null : default(DonorStatistics), term.Minus is null ? null : default(DonorStatistics));
        for (var start = 0; start < chunk.Count; start += Chunk.BlockElements)
        {
            var length = Math.Min(Chunk.BlockElements, chunk.Count - start);
            var target = scratch.Target.AsSpan(start, length);
            var from = scratch.From.AsSpan(0, length);
            var minus = scratch.Minus.AsSpan(0, term.Minus is null ? 0 : length);
            Widen(fromBytes, term.From, start, from);
            if (term.Minus is not null)
                Widen(minusBytes, term.Minus, start, minus);
            var measured = Measure(term, chunk.First + start, target, from, minus);
            RoundToWorking(plan.Coefficients, from);
            RoundToWorking(plan.Coefficients, minus);
            if (minus.IsEmpty)
                Combining.AddScaled(scratch.Delta.AsSpan(start, length), from, plan.Coefficients.ExactFactor(term.Alpha));
            else
                Combining.AddScaledDifference(scratch.Delta.AsSpan(start, length), from, minus, plan.Coefficients.ExactFactor(term.Alpha));
            MergeArithmetic.Add(plan.Coefficients, term.Alpha, scratch.Accumulator.AsSpan(start, length), from, minus);
            sum += measured;
        }
        return sum;
    }

    private TermStatistics Measure(PlannedTerm term, long first, ReadOnlySpan<float> target, ReadOnlySpan<float> from, ReadOnlySpan<float> minus)
    {
        var fromSquared = Reducing.SumOfSquares(from);
        nonFinite.CheckInput(fromSquared, from, term.From, first);
        if (term.Minus is null)
            return new TermStatistics(term.Index, fromSquared, from.Length - Reducing.CountNonZero(from), null, null);
        var minusSquared = Reducing.SumOfSquares(minus);
        nonFinite.CheckInput(minusSquared, minus, term.Minus, first);
        return new TermStatistics(
            term.Index,
            Reducing.SquaredDistance(from, minus),
            Reducing.CountEqual(from, minus),
            new DonorStatistics(fromSquared, Reducing.SquaredDistance(from, target)),
            new DonorStatistics(minusSquared, Reducing.SquaredDistance(minus, target)));
    }

    private TensorStatistics Finish(Chunk chunk, PlannedTensor plan, MergeScratch scratch, TermStatistics[] terms, Span<byte> output)
    {
        var alphas = plan.Terms.Select(t => t.Alpha).ToArray();
        var dtype = plan.OutputDType;
        double targetSquared = 0;
        long asked = 0, survived = 0;
        for (var start = 0; start < chunk.Count; start += Chunk.BlockElements)
        {
            var length = Math.Min(Chunk.BlockElements, chunk.Count - start);
            var target = scratch.Target.AsSpan(start, length);
            var accumulator = scratch.Accumulator.AsSpan(start, length);
            var delta = scratch.Delta.AsSpan(start, length);
            if (alphas.Length > 0)
                MergeArithmetic.Finish(plan.Coefficients, target, accumulator, alphas);
            if (plan.Coefficients.Method == MergeMethod.Linear)
                Difference(accumulator, target, delta);
            var squared = Reducing.SumOfSquares(target);
            nonFinite.CheckInput(squared, target, plan.Target, chunk.First + start);
            targetSquared += squared;
            asked += Reducing.CountNonZero(delta);
            survived += Reducing.CountSurviving(delta, target, accumulator, dtype);
            var block = output.Slice(start * dtype.Bytes(), length * dtype.Bytes());
            Narrowing.FromSingle(accumulator, dtype, block);
            Widening.ToSingle(block, dtype, accumulator);
            nonFinite.CheckOutput(accumulator, chunk.Tensor, chunk.First + start);
        }
        return new TensorStatistics(chunk.Count, targetSquared, asked, survived, terms);
    }

    private static void Widen(ReadOnlySpan<byte> bytes, CheckpointTensor tensor, int start, Span<float> destination)
    {
        var size = tensor.Info.DType.Bytes();
        Widening.ToSingle(bytes.Slice(start * size, destination.Length * size), tensor.Info.DType, destination);
    }

    /// <summary>What a linear merge asks of a weight is the way from the target to the average.</summary>
    private static void Difference(ReadOnlySpan<float> merged, ReadOnlySpan<float> target, Span<float> delta)
    {
        merged.CopyTo(delta);
        Combining.Subtract(delta, target);
    }

    /// <summary>mergekit casts its inputs to the working dtype first; exact merges keep what they read.</summary>
    private static void RoundToWorking(Coefficients coefficients, Span<float> values)
    {
        if (coefficients.Precision == Precision.Mergekit)
            Rounding.ToPrecision(values, coefficients.WorkingDType);
    }
}
