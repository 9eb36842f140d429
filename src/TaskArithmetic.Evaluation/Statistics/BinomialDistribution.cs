namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>Number of successes in independent trials, for any number of trials.</summary>
internal static class BinomialDistribution
{
    /// <summary>P(X = k) for n trials of probability p.</summary>
    public static double Probability(int k, int n, double p)
    {
        if (k < 0 || k > n)
            return 0;
        if (p is 0 or 1)
            return k == (p == 0 ? 0 : n) ? 1 : 0;
        // In logarithms: the coefficient alone overflows a double from n = 1030 on.
        if (k == 0 || k == n)
            return Math.Exp(n * (k == 0 ? double.LogP1(-p) : Math.Log(p)));
        var coefficient = BetaDistribution.LogGamma(n + 1) - BetaDistribution.LogGamma(k + 1) - BetaDistribution.LogGamma(n - k + 1);
        return Math.Exp(coefficient + k * Math.Log(p) + (n - k) * double.LogP1(-p));
    }

    /// <summary>P(X >= k) for n trials of probability p.</summary>
    public static double UpperTail(int k, int n, double p) =>
        k <= 0 ? 1 : k > n ? 0 : BetaDistribution.Cumulative(p, k, n - k + 1);
}
