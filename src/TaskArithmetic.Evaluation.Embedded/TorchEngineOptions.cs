using TaskArithmetic.Safetensors;
using TaskArithmetic.Torch.Libtorch;

namespace TaskArithmetic.Evaluation.Embedded;

/// <summary>How the embedded engine runs a model.</summary>
public sealed record TorchEngineOptions
{
    /// <summary>Which libtorch and device.</summary>
    public LibtorchOptions Libtorch { get; init; } = new();

    /// <summary>What to compute with: F32, in which a row's answer does not depend on its batch, or BF16.</summary>
    public DType DType { get; init; } = DType.F32;

    /// <summary>Most prompts to run at once.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>The time that chat templates print (<c>strftime_now</c>); null is the time of the first prompt.</summary>
    public DateTime? TemplateTime { get; init; }

    /// <summary>Where digests of weight files are remembered; null hashes them anew.</summary>
    public string? CacheDirectory { get; init; }
}
