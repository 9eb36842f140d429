namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>
/// Exact test whether two models differ on the same items: only items where exactly one is right count, and under the
/// null hypothesis each such item is won by either with probability 1/2.
/// Source: Q. McNemar, Psychometrika 12 (1947); mid-p: M. W. Fagerland et al., BMC Medical Research Methodology 13 (2013).
/// </summary>
/// <param name="Better">One-sided p of "merged is better": P(X >= b).</param>
/// <param name="Worse">One-sided p of "merged is worse": P(X >= c).</param>
/// <param name="TwoSided">Two-sided p: min(1, 2 times the smaller tail).</param>
/// <param name="MidP">Two-sided mid-p: each tail counts half of the probability of the outcome seen.</param>
public readonly record struct McNemarTest(double Better, double Worse, double TwoSided, double MidP)
{
    /// <summary>Tests b items won against c items lost.</summary>
    /// <param name="wins">Items with base wrong and merged right (b).</param>
    /// <param name="losses">Items with base right and merged wrong (c).</param>
    public static McNemarTest Of(int wins, int losses)
    {
        var discordant = wins + losses;
        var better = BinomialDistribution.UpperTail(wins, discordant, 0.5);
        var worse = BinomialDistribution.UpperTail(losses, discordant, 0.5);
        var tail = Math.Min(better, worse);
        var seen = BinomialDistribution.Probability(wins, discordant, 0.5);
        return new(better, worse, Math.Min(1, 2 * tail), Math.Min(1, 2 * tail - seen));
    }
}
