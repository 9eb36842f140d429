using TaskArithmetic.Safetensors;
using TaskArithmetic.Torch.Libtorch;

namespace TaskArithmetic.Evaluation.Embedded;

/// <summary>How the embedded engine runs a model.</summary>
/// <param name="DType">What to compute with: F32, in which a row's answer does not depend on its batch, or BF16.</param>
/// <param name="BatchSize">Most prompts to run at once.</param>
/// <param name="TemplateTime">The time that chat templates print (<c>strftime_now</c>); null is the time of the first prompt.</param>
/// <param name="CacheDirectory">Where digests of weight files are remembered; null hashes them anew.</param>
public sealed record TorchEngineOptions(DType DType = DType.F32, int BatchSize = 8, DateTime? TemplateTime = null, string? CacheDirectory = null)
{
    /// <summary>Which libtorch and device.</summary>
    public LibtorchOptions Libtorch { get; init; } = new();
}
