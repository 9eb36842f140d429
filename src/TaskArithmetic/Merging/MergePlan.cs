using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Merging;

/// <summary>Everything decided before the first byte is written: which tensors go to which file, and what each is made of.</summary>
/// <param name="Tensors">All output tensors by name.</param>
/// <param name="Shards">The files, in order.</param>
/// <param name="Remarks">What the log should say: tensors copied, aliases taken.</param>
internal sealed record MergePlan(
    IReadOnlyDictionary<string, PlannedTensor> Tensors, IReadOnlyList<PlannedShard> Shards, IReadOnlyList<string> Remarks)
{
    /// <summary>Bytes of all output files.</summary>
    public long OutputBytes => Shards.Sum(s => s.Layout.FileLength);

    /// <summary>Bytes read from all inputs.</summary>
    public long InputBytes => Tensors.Values.Sum(t => t.Target.Info.ByteLength
        + t.Terms.Sum(term => term.From.Info.ByteLength + (term.Minus?.Info.ByteLength ?? 0)));

    /// <summary>What merging these files reads, in the order in which it is begun.</summary>
    public IEnumerable<PlannedRead> ReadsOf(IReadOnlyList<PlannedShard> shards) =>
        shards.SelectMany(s => Chunk.Cut(s.Layout.Header.Tensors)).SelectMany(chunk => ChunkMerger.ReadsOf(chunk, Tensors[chunk.Tensor.Name]));

    /// <summary>Distributes tensors over files.</summary>
    public static MergePlan Create(IReadOnlyList<PlannedTensor> tensors, long maxShardSize, IReadOnlyList<string> remarks) => new(
        tensors.ToDictionary(t => t.Name, StringComparer.Ordinal),
        PlannedShard.Distribute("model", [.. tensors.Select(t => (t.Name, t.OutputDType, t.Target.Info.Shape))], maxShardSize, null),
        remarks);
}
