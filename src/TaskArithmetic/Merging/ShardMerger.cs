using TaskArithmetic.Diagnostics;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Merging;

/// <summary>Streams one output file into being: chunks from the inputs, merged on several threads, written in place, hashed in order.</summary>
internal sealed class ShardMerger(MergePlan plan, bool allowNonFinite, int threads, IProgress<long>? progress)
{
    /// <summary>Merges a file.</summary>
    /// <param name="shard">What to write.</param>
    /// <param name="path">Where; the file must not exist. Null measures without writing.</param>
    /// <param name="hashing">Hashes the inputs on the way; null if nobody asks for that.</param>
    /// <param name="cancellationToken">Stops between chunks.</param>
    /// <exception cref="DiagnosticException">TA2018, TA3001 values that are not finite; TA2001 an input became unreadable.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public ShardResult Merge(PlannedShard shard, string? path, InputHashing? hashing, CancellationToken cancellationToken)
    {
        using var writer = path is null ? null : new SafetensorsWriter(path, shard.Layout);
        using var hash = new OrderedHash();
        hash.AppendPrefix(shard.Layout.Prefix.Span);
        var nonFinite = new NonFiniteValues();
        var merger = new ChunkMerger(nonFinite, hashing);
        var chunks = Chunk.Cut(shard.Layout.Header.Tensors);
        var statistics = new TensorStatistics?[chunks.Count];
        ChunkLoop.Run(chunks, threads, () => new WriterScratch(), Process, cancellationToken);
        if (nonFinite.Any && !allowNonFinite)
            throw new DiagnosticException(nonFinite.Findings);
        writer?.Complete();
        return new ShardResult(hash.Finish(), Fold(chunks, statistics));

        void Process(Chunk chunk, WriterScratch scratch, CancellationToken stop)
        {
            var planned = plan.Tensors[chunk.Tensor.Name];
            var output = scratch.Output.AsSpan(0, chunk.ByteCount(planned.OutputDType));
            if (planned.IsCopy)
                merger.Copy(chunk, planned, scratch.Merge, output, stop);
            else
                statistics[chunk.Sequence] = merger.Merge(chunk, planned, scratch.Merge, output, stop);
            if (writer is not null)
            {
                writer.Write(chunk.Tensor, chunk.ByteOffset(planned.OutputDType), output);
                hash.Append(chunk.Sequence, output, stop);
            }
            progress?.Report(output.Length);
        }
    }

    /// <summary>Adds the chunks of each tensor in order, so that sums do not depend on which thread was first.</summary>
    private static SortedDictionary<string, TensorStatistics> Fold(IReadOnlyList<Chunk> chunks, TensorStatistics?[] statistics)
    {
        var sums = new SortedDictionary<string, TensorStatistics>(StringComparer.Ordinal);
        foreach (var chunk in chunks)
        {
            if (statistics[chunk.Sequence] is { } part)
                sums[chunk.Tensor.Name] = sums.TryGetValue(chunk.Tensor.Name, out var sum) ? sum + part : part;
        }
        return sums;
    }

    private sealed class WriterScratch
    {
        public byte[] Output { get; } = new byte[Chunk.Elements * 8];

        public MergeScratch Merge { get; } = new();
    }
}
