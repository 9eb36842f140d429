namespace TaskArithmetic.Measuring;

/// <summary>
/// What a report says of one task vector d = x − b over some tensors, each number made from sums over all of them. A number whose
/// denominator is empty is null. docs/comparing.md defines each.
/// </summary>
internal sealed record VectorFacts
{
    /// <summary>‖d‖.</summary>
    public double Norm { get; init; }

    /// <summary>‖d‖² here over ‖d‖² in the whole model.</summary>
    public double? EnergyShare { get; init; }

    /// <summary>Mean of |d|.</summary>
    public double? MeanMagnitude { get; init; }

    /// <summary>Largest |d|.</summary>
    public double LargestMagnitude { get; init; }

    /// <summary>Elements that are not zero.</summary>
    public long NonZero { get; init; }

    /// <summary>Share of elements that are zero.</summary>
    public double? ZeroShare { get; init; }

    /// <summary>Elements with |d| above 1e-5.</summary>
    public long Active { get; init; }

    /// <summary>Share of elements with |d| up to 1e-5.</summary>
    public double? WithinToleranceShare { get; init; }

    /// <summary>Elements that differ in base and model as bfloat16; null where no base is known.</summary>
    public long? ChangedBf16 { get; init; }

    /// <summary>Share of elements that are equal in base and model as bfloat16.</summary>
    public double? SparsityBf16 { get; init; }

    /// <summary>Elements whose change outlives rounding into the target as bfloat16; null where no target is known.</summary>
    public long? SurvivingBf16 { get; init; }

    /// <summary>Share of the elements that are not zero.</summary>
    public double? SurvivalBf16 { get; init; }

    /// <summary>Cosine of the vector and the sum of all vectors, each with its strength.</summary>
    public double? DirectionRetention { get; init; }

    /// <summary>‖σ(x) − σ(b)‖ / ‖σ(b)‖.</summary>
    public double? SpectrumDrift { get; init; }

    /// <summary>Smallest cosine between the leading singular subspaces of base and model.</summary>
    public double? SmallestSubspaceCosine { get; init; }

    /// <summary>Cosines between the left singular subspaces, descending; of one matrix only.</summary>
    public IReadOnlyList<double>? LeftSubspaceCosines { get; init; }

    /// <summary>Cosines between the right singular subspaces, descending; of one matrix only.</summary>
    public IReadOnlyList<double>? RightSubspaceCosines { get; init; }

    /// <summary>F(k) for k = 1, 4, 16, 64, 256.</summary>
    public IReadOnlyList<double>? EnergyRetained { get; init; }

    /// <summary>‖d‖² / σ₁²; of one matrix only.</summary>
    public double? StableRank { get; init; }

    /// <summary>exp of the entropy of the singular values; of one matrix only.</summary>
    public double? EffectiveRank { get; init; }

    /// <summary>Entries of the matrices looked at that differ in base and model as bfloat16.</summary>
    public long? MatrixChangedBf16 { get; init; }

    /// <summary>Entries of the matrices looked at that are principal in the base.</summary>
    public long? PrincipalEntries { get; init; }

    /// <summary>Share of the changed entries that are principal in the base.</summary>
    public double? PrincipalOverlap { get; init; }

    /// <summary>Share of all entries that are principal: what <see cref="PrincipalOverlap"/> is by chance.</summary>
    public double? PrincipalBaseline { get; init; }

    /// <summary>1 − <see cref="PrincipalOverlap"/>.</summary>
    public double? OffPrincipalShare { get; init; }

    /// <summary>Share of the changed entries that are low in the base.</summary>
    public double? LowOverlap { get; init; }

    /// <summary>Share of all entries that are low.</summary>
    public double? LowBaseline { get; init; }

    /// <summary>Share of the changed entries that are principal and not low.</summary>
    public double? PrincipalNotLowOverlap { get; init; }

    /// <summary>Share of all entries that are principal and not low.</summary>
    public double? PrincipalNotLowBaseline { get; init; }

    /// <summary>The numbers of a vector.</summary>
    /// <param name="sums">Its sums over the tensors.</param>
    /// <param name="wholeSquared">‖d‖² in the whole model.</param>
    /// <param name="retention">Cosine of the vector and the sum of all.</param>
    /// <param name="spectrum">Sums over their matrices; null where none was looked at.</param>
    public static VectorFacts Of(VectorSums sums, double wholeSquared, double? retention, SpectralSums? spectrum)
    {
        var facts = new VectorFacts
        {
            Norm = Math.Sqrt(sums.Squared),
            EnergyShare = Ratio.Of(sums.Squared, wholeSquared),
            MeanMagnitude = Ratio.Of(sums.Magnitude, sums.Values),
            LargestMagnitude = sums.Largest,
            NonZero = sums.NonZero,
            ZeroShare = Ratio.Of(sums.Values - sums.NonZero, sums.Values),
            Active = sums.Active,
            WithinToleranceShare = Ratio.Of(sums.Values - sums.Active, sums.Values),
            ChangedBf16 = sums.Compared == 0 ? null : sums.Changed,
            SparsityBf16 = Ratio.Of(sums.Compared - sums.Changed, sums.Compared),
            SurvivingBf16 = sums.Asked == 0 ? null : sums.Survived,
            SurvivalBf16 = Ratio.Of(sums.Survived, sums.Asked),
            DirectionRetention = retention,
        };
        return spectrum is null ? facts : facts.With(spectrum);
    }

    private VectorFacts With(SpectralSums spectrum) => this with
    {
        SpectrumDrift = Ratio.Of(Math.Sqrt(spectrum.DriftSquared), Math.Sqrt(spectrum.BaseSquared)),
        SmallestSubspaceCosine = spectrum.SmallestCosine,
        LeftSubspaceCosines = spectrum.LeftCosines,
        RightSubspaceCosines = spectrum.RightCosines,
        EnergyRetained = spectrum.Squared == 0 ? null : [.. spectrum.Energy.Select(e => e / spectrum.Squared)],
        StableRank = spectrum.StableRank,
        EffectiveRank = spectrum.EffectiveRank,
        MatrixChangedBf16 = spectrum.Values == 0 ? null : spectrum.Changed,
        PrincipalEntries = spectrum.Values == 0 ? null : spectrum.Principal.Size,
        PrincipalOverlap = Ratio.Of(spectrum.Principal.Hits, spectrum.Changed),
        PrincipalBaseline = Ratio.Of(spectrum.Principal.Size, spectrum.Values),
        OffPrincipalShare = Ratio.Of(spectrum.Changed - spectrum.Principal.Hits, spectrum.Changed),
        LowOverlap = Ratio.Of(spectrum.Low.Hits, spectrum.Changed),
        LowBaseline = Ratio.Of(spectrum.Low.Size, spectrum.Values),
        PrincipalNotLowOverlap = Ratio.Of(spectrum.PrincipalNotLow.Hits, spectrum.Changed),
        PrincipalNotLowBaseline = Ratio.Of(spectrum.PrincipalNotLow.Size, spectrum.Values),
    };
}

/// <summary>A quotient that may not exist.</summary>
internal static class Ratio
{
    /// <summary>The quotient; null where the denominator is empty.</summary>
    public static double? Of(double numerator, double denominator) => denominator == 0 ? null : numerator / denominator;
}
