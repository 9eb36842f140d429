using TaskArithmetic.Layouts;

namespace TaskArithmetic.Planning;

/// <summary>Everything decided before the first byte is written: which tensors go to which file, and what each is made of.</summary>
/// <param name="Tensors">All output tensors by name.</param>
/// <param name="Shards">The files, in order.</param>
/// <param name="Remarks">What the log should say: tensors copied, aliases taken.</param>
internal sealed record MergePlan(
    IReadOnlyDictionary<string, PlannedTensor> Tensors, IReadOnlyList<PlannedShard> Shards, IReadOnlyList<string> Remarks)
{
    /// <summary>The files beside the weights; null where no model folder is written.</summary>
    public CompanionFiles? Companions { get; init; }

    /// <summary>Bytes of all output files.</summary>
    public long OutputBytes => Shards.Sum(s => s.Layout.FileLength);

    /// <summary>All tensors, in the order of the files.</summary>
    public IReadOnlyList<PlannedTensor> InOrder => [.. Shards.SelectMany(TensorsOf)];

    /// <summary>The tensors of a file, in its order.</summary>
    public IReadOnlyList<PlannedTensor> TensorsOf(PlannedShard shard) => [.. shard.Layout.Header.Tensors.Select(t => Tensors[t.Name])];

    /// <summary>Distributes tensors over files.</summary>
    public static MergePlan Create(IReadOnlyList<PlannedTensor> tensors, long maxShardSize, IReadOnlyList<string> remarks) => new(
        tensors.ToDictionary(t => t.Name, StringComparer.Ordinal),
        PlannedShard.Distribute("model", [.. tensors.Select(t => (t.Name, t.OutputDType, t.Shape))], maxShardSize, null),
        remarks);
}
