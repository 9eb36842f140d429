using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Kernels;
using TaskArithmetic.Merging;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Extraction;

/// <summary>
/// Streams <c>from − minus</c> in float32. It is run twice: once to measure, which decides the dtypes and with them the header, once to write.
/// </summary>
internal sealed class DifferencePass(IReadOnlyDictionary<string, PlannedTensor> tensors, ExtractOptions options, CancellationToken cancellationToken)
{
    /// <summary>Measures every tensor of a layout.</summary>
    /// <exception cref="DiagnosticException">TA2018: a donor holds NaN or an infinity.</exception>
    public IReadOnlyDictionary<string, DifferenceStatistics> Measure(SafetensorsLayout layout)
    {
        var nonFinite = new NonFiniteValues();
        var chunks = Chunk.Cut(layout.Header.Tensors);
        var parts = new DifferenceStatistics[chunks.Count];
        ChunkLoop.Run(chunks, options.Threads, () => new MergeScratch(), (chunk, scratch, _) =>
        {
            parts[chunk.Sequence] = Measure(chunk, scratch, nonFinite);
            options.Progress?.Report(chunk.Count);
        }, cancellationToken);
        if (nonFinite.Any && !options.AllowNonFinite)
            throw new DiagnosticException(nonFinite.Findings);
        return chunks.GroupBy(c => c.Tensor.Name, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Select(c => parts[c.Sequence]).Aggregate((a, b) => a + b), StringComparer.Ordinal);
    }

    /// <summary>Writes one file.</summary>
    /// <returns>SHA-256 of the file, lower-case hex.</returns>
    public string Write(SafetensorsLayout layout, string path)
    {
        using var writer = new SafetensorsWriter(path, layout);
        using var hash = new OrderedHash();
        hash.AppendPrefix(layout.Prefix.Span);
        ChunkLoop.Run(Chunk.Cut(layout.Header.Tensors), options.Threads, () => new MergeScratch(), (chunk, scratch, stop) =>
        {
            var dtype = chunk.Tensor.DType;
            var bytes = scratch.TargetBytes.AsSpan(0, chunk.ByteCount(dtype));
            Narrowing.FromSingle(Difference(chunk, scratch), dtype, bytes);
            writer.Write(chunk.Tensor, chunk.ByteOffset(dtype), bytes);
            hash.Append(chunk.Sequence, bytes, stop);
            options.Progress?.Report(chunk.Count);
        }, cancellationToken);
        writer.Complete();
        return hash.Finish();
    }

    private DifferenceStatistics Measure(Chunk chunk, MergeScratch scratch, NonFiniteValues nonFinite)
    {
        var term = tensors[chunk.Tensor.Name].Terms[0];
        Difference(chunk, scratch);
        var sum = default(DifferenceStatistics);
        for (var start = 0; start < chunk.Count; start += Chunk.BlockElements)
        {
            var length = Math.Min(Chunk.BlockElements, chunk.Count - start);
            var difference = scratch.Accumulator.AsSpan(start, length);
            var squared = Reducing.SumOfSquares(difference);
            if (!double.IsFinite(squared))
            {
                nonFinite.CheckInput(squared, scratch.Target.AsSpan(start, length), term.From, chunk.First + start);
                nonFinite.CheckInput(squared, scratch.Delta.AsSpan(start, length), term.Minus!, chunk.First + start);
            }
            sum += new DifferenceStatistics(
                length, squared, length - Reducing.CountNonZero(difference), Reducing.CountRepresentable(difference, DType.BF16));
        }
        return sum;
    }

    /// <summary>Fills Target with from, Delta with minus and Accumulator with their difference.</summary>
    private Span<float> Difference(Chunk chunk, MergeScratch scratch)
    {
        var term = tensors[chunk.Tensor.Name].Terms[0];
        var from = Read(chunk, term.From, scratch.FromBytes, scratch.Target);
        var minus = Read(chunk, term.Minus!, scratch.MinusBytes, scratch.Delta);
        var difference = scratch.Accumulator.AsSpan(0, chunk.Count);
        from.CopyTo(difference);
        Combining.Subtract(difference, minus);
        return difference;
    }

    private static Span<float> Read(Chunk chunk, CheckpointTensor tensor, byte[] buffer, float[] values)
    {
        var bytes = chunk.Read(tensor, buffer);
        var widened = values.AsSpan(0, chunk.Count);
        Widening.ToSingle(bytes, tensor.Info.DType, widened);
        return widened;
    }
}
