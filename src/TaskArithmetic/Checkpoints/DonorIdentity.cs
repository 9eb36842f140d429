using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Checkpoints;

/// <summary>A donor as a vector remembers it.</summary>
/// <param name="Reference">How it was named when the vector was made.</param>
/// <param name="Digest">SHA-256, lower-case hex, over names and digests of its weight files.</param>
/// <param name="DType">The dtype of most of its weights, as config.json names it.</param>
public sealed record DonorIdentity(string Reference, string Digest, string DType);
