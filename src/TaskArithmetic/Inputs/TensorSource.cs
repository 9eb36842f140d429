using TaskArithmetic.Checkpoints;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Inputs;

/// <summary>A model or vector as a merge reads it: its tensors by name, stored or derived.</summary>
/// <param name="Checkpoint">The checkpoint that gives configuration, tokenizer and what is stored.</param>
/// <param name="Tensors">All its tensors by name.</param>
/// <param name="Files">Every file that is read for them.</param>
internal sealed record TensorSource(Checkpoint Checkpoint, IReadOnlyDictionary<string, ITensorInput> Tensors, IReadOnlyList<SafetensorsFile> Files)
{
    /// <summary>The tensors as they are stored; those of a compact vector as they were before.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">TA2122: a compact vector that cannot be read.</exception>
    public static TensorSource Of(Checkpoint checkpoint) =>
        CompactVector.TensorsOf(checkpoint) is { } tensors ? new(checkpoint, tensors, checkpoint.Shards) : Stored(checkpoint);

    /// <summary>The tensors as they are stored, whatever they stand for.</summary>
    public static TensorSource Stored(Checkpoint checkpoint) => new(
        checkpoint, checkpoint.Tensors.ToDictionary(t => t.Key, t => (ITensorInput)new StoredInput(t.Value), StringComparer.Ordinal), checkpoint.Shards);

    /// <summary>The tensor of this name; where heads are tied, a head is its embedding and an embedding its head.</summary>
    /// <param name="name">The name in the target.</param>
    /// <param name="isTied">Whether the target's heads are tied. A vector has no configuration to say so, but where the target is, either name means the one matrix.</param>
    public ITensorInput? Find(string name, bool isTied) =>
        Tensors.TryGetValue(name, out var tensor)
        || ((isTied || Checkpoint.IsTied) && TiedHead.OtherName(name, Checkpoint) is { } other && Tensors.TryGetValue(other, out tensor))
            ? tensor
            : null;
}
