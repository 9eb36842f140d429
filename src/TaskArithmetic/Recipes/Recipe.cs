using System.Text.Json.Serialization;
using TaskArithmetic.Methods;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Recipes;

/// <summary>All that decides a merged model's weights. Paths are as the user gave them.</summary>
public sealed record Recipe
{
    /// <summary>The model to change (the target): its layout, configuration and tokenizer are the output's.</summary>
    public required string Base { get; init; }

    /// <summary>The terms, added in this order.</summary>
    public required IReadOnlyList<VectorTerm> Terms { get; init; }

    /// <summary>How terms are combined.</summary>
    public MergeMethod Method { get; init; } = MergeMethod.TaskArithmetic;

    /// <summary>Whether to divide by the sum of α; null takes the method's default (linear yes, task arithmetic no).</summary>
    public bool? Normalize { get; init; }

    /// <summary>λ: scales the summed vectors (task arithmetic only).</summary>
    public double Lambda { get; init; } = 1;

    /// <summary>Where roundings happen.</summary>
    public Precision Precision { get; init; } = Precision.Exact;

    /// <summary>Working dtype of <see cref="Precision.Mergekit"/>; null takes the target tensor's. Exact merges always work in float32.</summary>
    public DType? WorkingDType { get; init; }

    /// <summary>Dtype of merged tensors; null keeps the target tensor's (in mergekit precision: the working dtype).</summary>
    public DType? OutputDType { get; init; }

    /// <summary>Whether NaN and infinities in inputs or output are let through.</summary>
    public bool AllowNonFinite { get; init; }

    /// <summary>Whether a target that does not share the donors' lineage is refused instead of warned about.</summary>
    public bool RequireSameLineage { get; init; }

    /// <summary>Most bytes of tensors in one output file.</summary>
    public long MaxShardSize { get; init; } = DefaultMaxShardSize;

    /// <summary>5 GB, as the hub's tools have it.</summary>
    public const long DefaultMaxShardSize = 5_000_000_000;

    /// <summary>Whether the sum of α divides, the method's default applied.</summary>
    [JsonIgnore]
    public bool Normalizes => Normalize ?? Method == MergeMethod.Linear;
}
