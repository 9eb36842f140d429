namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>Exact bounds of a proportion: each holds with at least the stated confidence, however few items there are.</summary>
internal static class ClopperPearson
{
    /// <summary>
    /// The proportions at which seeing so many, or so few, successes has probability <paramref name="alpha"/>.
    /// Source: C. J. Clopper and E. S. Pearson, Biometrika 26 (1934), by the beta distribution.
    /// </summary>
    /// <param name="successes">Sum of the scores, 0 to n. For fractional scores the whole number below counts for the lower bound and the one above for the upper.</param>
    /// <param name="count">Number of items, at least 1.</param>
    /// <param name="alpha">One-sided level of each bound.</param>
    public static ConfidenceInterval Of(double successes, int count, double alpha)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        // Sums such as 0.1 + 0.2 must not lose or gain a whole item.
        var (below, above) = ((int)Math.Floor(successes + 1e-9), (int)Math.Ceiling(successes - 1e-9));
        return new(
            below == 0 ? 0 : below == count ? Math.Pow(alpha, 1.0 / count) : BetaDistribution.Quantile(alpha, below, count - below + 1),
            above == count ? 1 : above == 0 ? 1 - Math.Pow(alpha, 1.0 / count) : BetaDistribution.Quantile(1 - alpha, above + 1, count - above));
    }
}
