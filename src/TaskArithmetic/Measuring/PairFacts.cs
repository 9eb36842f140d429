namespace TaskArithmetic.Measuring;

/// <summary>
/// What a report says of two task vectors a (the first) and c (the second) over some tensors. A number whose denominator is empty is null.
/// docs/comparing.md defines each.
/// </summary>
internal sealed record PairFacts
{
    /// <summary>Place of a among the vectors, from 0.</summary>
    public int First { get; init; }

    /// <summary>Place of c.</summary>
    public int Second { get; init; }

    /// <summary>‖c‖ / ‖a‖.</summary>
    public double? NormRatio { get; init; }

    /// <summary>Mean |c| / mean |a|.</summary>
    public double? MeanMagnitudeRatio { get; init; }

    /// <summary>⟨a, c⟩ / (‖a‖‖c‖).</summary>
    public double? Cosine { get; init; }

    /// <summary>1/√n: what the cosine of unrelated vectors scatters by.</summary>
    public double? CosineNoise { get; init; }

    /// <summary>1 − cos².</summary>
    public double? OrthogonalEnergy { get; init; }

    /// <summary>Elements that are zero in neither.</summary>
    public long BothNonZero { get; init; }

    /// <summary>Elements of opposite signs.</summary>
    public long Conflicts { get; init; }

    /// <summary>Share of <see cref="BothNonZero"/> with opposite signs; 50 % by chance.</summary>
    public double? ConflictShareBoth { get; init; }

    /// <summary>1 − <see cref="ConflictShareBoth"/>.</summary>
    public double? SignAgreement { get; init; }

    /// <summary>Share of all elements with opposite signs.</summary>
    public double? ConflictShareAll { get; init; }

    /// <summary>Elements active in both (magnitudes above 1e-5).</summary>
    public long Shared { get; init; }

    /// <summary>Elements active in a alone.</summary>
    public long UniqueFirst { get; init; }

    /// <summary>Elements active in c alone.</summary>
    public long UniqueSecond { get; init; }

    /// <summary>Share of a's active elements that c shares.</summary>
    public double? SharedShareFirst { get; init; }

    /// <summary>Share of c's active elements that a shares.</summary>
    public double? SharedShareSecond { get; init; }

    /// <summary>Elements that both change in bfloat16; null where a base is unknown.</summary>
    public long? ChangedBothBf16 { get; init; }

    /// <summary>Elements that at least one changes in bfloat16; null where a base is unknown.</summary>
    public long? ChangedEitherBf16 { get; init; }

    /// <summary>Both over either, of the bfloat16 changes.</summary>
    public double? Jaccard { get; init; }

    /// <summary>What Jaccard is for independent changes of the same densities p and q: pq / (p + q − pq).</summary>
    public double? JaccardIndependent { get; init; }

    /// <summary>The numbers of a pair.</summary>
    public static PairFacts Of((int First, int Second) places, PairSums sums, VectorSums first, VectorSums second)
    {
        var cosine = Ratio.Of(sums.Dot, Math.Sqrt(first.Squared) * Math.Sqrt(second.Squared));
        var either = sums.ChangedFirst + sums.ChangedSecond - sums.ChangedBoth;
        return new()
        {
            First = places.First,
            Second = places.Second,
            NormRatio = Ratio.Of(Math.Sqrt(second.Squared), Math.Sqrt(first.Squared)),
            MeanMagnitudeRatio = Ratio.Of(second.Magnitude, first.Magnitude),
            Cosine = cosine,
            CosineNoise = sums.Values == 0 ? null : 1 / Math.Sqrt(sums.Values),
            OrthogonalEnergy = 1 - (cosine * cosine),
            BothNonZero = sums.BothNonZero,
            Conflicts = sums.Conflicts,
            ConflictShareBoth = Ratio.Of(sums.Conflicts, sums.BothNonZero),
            SignAgreement = Ratio.Of(sums.BothNonZero - sums.Conflicts, sums.BothNonZero),
            ConflictShareAll = Ratio.Of(sums.Conflicts, sums.Values),
            Shared = sums.Shared,
            UniqueFirst = first.Active - sums.Shared,
            UniqueSecond = second.Active - sums.Shared,
            SharedShareFirst = Ratio.Of(sums.Shared, first.Active),
            SharedShareSecond = Ratio.Of(sums.Shared, second.Active),
            ChangedBothBf16 = sums.Compared == 0 ? null : sums.ChangedBoth,
            ChangedEitherBf16 = sums.Compared == 0 ? null : either,
            Jaccard = Ratio.Of(sums.ChangedBoth, either),
            JaccardIndependent = sums.Compared == 0 ? null : Independent((double)sums.ChangedFirst / sums.Compared, (double)sums.ChangedSecond / sums.Compared),
        };
    }

    private static double? Independent(double p, double q) => Ratio.Of(p * q, p + q - (p * q));
}
