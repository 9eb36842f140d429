namespace TaskArithmetic.Measuring;

/// <summary>What to look at in the singular values and vectors of matrices.</summary>
internal sealed record SpectrumOptions
{
    /// <summary>The ranks k of the retained energy F(k).</summary>
    public static IReadOnlyList<int> EnergyRanks { get; } = [1, 4, 16, 64, 256];

    /// <summary>Singular vectors that make the subspace whose rotation is measured, and the principal part of a base.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>Share of a matrix that the principal and the low mask cover, 0 to 1.</summary>
    public double MaskShare { get; init; } = 0.3;
}
