using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Extraction;

/// <summary>How a vector is extracted.</summary>
public sealed record ExtractOptions
{
    /// <summary>
    /// Dtype of the vector; null (auto) stores each tensor as BF16 where every difference is exactly representable in it and as F32 where
    /// not, so that extract-then-merge gives the bits of the fused merge.
    /// </summary>
    public DType? DType { get; init; }

    /// <summary>Worker threads.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The cache folder; null where the user has no place for one.</summary>
    public required string? CacheDirectory { get; init; }

    /// <summary>Whether a vector is taken from and put into the cache.</summary>
    public bool UseCache { get; init; } = true;

    /// <summary>Whether NaN and infinities in the donors are let through.</summary>
    public bool AllowNonFinite { get; init; }

    /// <summary>Most bytes of tensors in one file.</summary>
    public long MaxShardSize { get; init; } = Recipe.DefaultMaxShardSize;

    /// <summary>Hears elements done, twice over all of them: the vector is measured, then written.</summary>
    public IProgress<long>? Progress { get; init; }

    /// <summary>Hears, once, how many elements <see cref="Progress"/> will add up to.</summary>
    public Action<long>? Starting { get; init; }

    /// <summary>Hears what a log should say.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>The methods that a combination may name.</summary>
    public MergeMethods Methods { get; init; } = MergeMethods.BuiltIn;

    /// <summary>Decompositions for the methods that need them; null where libtorch is not at hand.</summary>
    public ILinearAlgebra? LinearAlgebra { get; init; }
}
