namespace TaskArithmetic.Recipes;

/// <summary>How the terms of a recipe are combined.</summary>
public enum MergeMethod
{
    /// <summary><c>target + λ Σ αᵢ(fromᵢ − minusᵢ)</c>, divided by <c>Σ αᵢ</c> before λ when normalised (arXiv 2212.04089, 2509.01363).</summary>
    TaskArithmetic,

    /// <summary><c>Σ αᵢ·modelᵢ</c>, divided by <c>Σ αᵢ</c> unless normalisation is off. The base gives configuration and tokenizer only.</summary>
    Linear,
}
