using System.Globalization;

namespace TaskArithmetic.Measuring;

/// <summary>
/// Rules of thumb for reading a report, each with the threshold it rests on. They are this project's own, drawn from what papers on
/// vectors of reinforcement learning report; see docs/comparing.md.
/// </summary>
internal static class InterferenceRemarks
{
    /// <summary>From this share of unchanged bfloat16 weights a vector is sparse.</summary>
    public const double Sparse = 0.5;

    /// <summary>Up to this ratio of norms two vectors are comparable.</summary>
    public const double ComparableRatio = 5;

    /// <summary>From this ratio of norms the larger vector drowns the smaller.</summary>
    public const double UnequalRatio = 10;

    /// <summary>Signs that conflict in half of the shared entries, give or take this much, are unrelated.</summary>
    public const double ChanceBand = 0.05;

    /// <summary>Jaccard up to this much above its independent value is low overlap.</summary>
    public const double OverlapBand = 0.05;

    /// <summary>From this share of all entries conflicts of signs matter.</summary>
    public const double ManyConflicts = 0.3;

    /// <summary>Below this survival much of a vector is swallowed by bfloat16.</summary>
    public const double Survives = 0.95;

    /// <summary>A cosine below so many times the scatter of unrelated vectors cannot be told from none.</summary>
    public const double CosineScatter = 3;

    /// <summary>The remarks on a report's whole model.</summary>
    public static IEnumerable<string> Of(InterferenceReport report)
    {
        var whole = report.Whole;
        return whole.Vectors.SelectMany((vector, i) => OfVector(report.Vectors[i].Name, vector))
            .Concat(whole.Pairs.SelectMany(pair => OfPair(report, pair, whole.Vectors[pair.First], whole.Vectors[pair.Second])));
    }

    private static IEnumerable<string> OfVector(string name, VectorFacts vector)
    {
        if (vector.NonZero == 0)
            yield return $"{name}: changes nothing";
        if (vector.SurvivalBf16 is < Survives and var survival)
            yield return $"{name}: {Percent(survival)} of its changes survive rounding into a bfloat16 target (below {Percent(Survives)}): raise alpha, or write float32";
        if (vector.SparsityBf16 is > Sparse and var sparsity)
            yield return $"{name}: sparse, {Percent(sparsity)} of the weights are those of its base in bfloat16 (above {Percent(Sparse)}), as after reinforcement learning";
    }

    private static IEnumerable<string> OfPair(InterferenceReport report, PairFacts pair, VectorFacts first, VectorFacts second)
    {
        var names = $"{report.Vectors[pair.First].Name} and {report.Vectors[pair.Second].Name}";
        if (pair.Cosine is { } cosine && Math.Abs(cosine) < CosineScatter * pair.CosineNoise)
            yield return $"{names}: their cosine cannot be told from that of unrelated vectors (within {CosineScatter:0} times ±{Number(pair.CosineNoise!.Value)})";
        if (pair.NormRatio is not { } ratio || ratio == 0)
            yield break;
        var apart = Math.Max(ratio, 1 / ratio);
        var isSparse = first.SparsityBf16 is > Sparse || second.SparsityBf16 is > Sparse;
        if (apart > UnequalRatio || pair.ConflictShareAll > ManyConflicts)
        {
            var larger = report.Vectors[ratio > 1 ? pair.Second : pair.First].Name;
            yield return $"{names}: {Reasons(apart, pair)}: cut {(apart > UnequalRatio ? $"the larger one ({larger})" : "the denser one")} (method dots), search the coefficients, and expect less than from either alone";
        }
        else if (isSparse && apart < ComparableRatio && IsChance(pair) && IsLowOverlap(pair))
        {
            yield return $"{names}: norms within a factor of {ComparableRatio:0}, signs as by chance and no more overlap than by chance: add them at full strength; averaging dilutes both";
        }
    }

    private static string Reasons(double apart, PairFacts pair) => string.Join(" and ", new[]
    {
        apart > UnequalRatio ? $"norms differ {apart.ToString("0.0", CultureInfo.InvariantCulture)} times (above {UnequalRatio:0})" : null,
        pair.ConflictShareAll is > ManyConflicts and var share ? $"signs conflict in {Percent(share)} of all weights (above {Percent(ManyConflicts)})" : null,
    }.OfType<string>());

    private static bool IsChance(PairFacts pair) => pair.ConflictShareBoth is { } share && Math.Abs(share - 0.5) <= ChanceBand;

    private static bool IsLowOverlap(PairFacts pair) => pair.Jaccard is { } jaccard && jaccard - pair.JaccardIndependent <= OverlapBand;

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %");

    private static string Number(double value) => value.ToString("G2", CultureInfo.InvariantCulture);
}
