namespace TaskArithmetic.Safetensors;

/// <summary>What a safetensors file says of itself: its tensors in data order and its metadata.</summary>
/// <param name="Tensors">All tensors, in the order of their bytes.</param>
/// <param name="Metadata">The free-form string map; empty when the file has none.</param>
/// <param name="DataStart">Offset in the file at which the data section begins.</param>
public sealed record SafetensorsHeader(
    IReadOnlyList<TensorInfo> Tensors, IReadOnlyDictionary<string, string> Metadata, long DataStart)
{
    /// <summary>Longest header accepted, in bytes, as in the reference implementation.</summary>
    public const long MaxLength = 100_000_000;
}
