using TaskArithmetic.Measuring;

namespace TaskArithmetic.Outputs;

/// <summary>A finished file.</summary>
/// <param name="Sha256">Digest of its bytes, lower-case hex.</param>
/// <param name="Tensors">What happened to each merged tensor; copied ones are absent.</param>
internal sealed record ShardResult(string Sha256, IReadOnlyDictionary<string, TensorStatistics> Tensors);
