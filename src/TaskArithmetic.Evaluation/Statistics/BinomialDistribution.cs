namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>Number of successes in independent trials, exactly and for any number of trials.</summary>
public static class BinomialDistribution
{
    /// <summary>P(X = k) for n trials of probability p.</summary>
    public static double Probability(int k, int n, double p)
    {
        if (k < 0 || k > n)
            return 0;
        if (p is 0 or 1)
            return k == (p == 0 ? 0 : n) ? 1 : 0;
        // In logarithms: the coefficient alone overflows a double from n = 1030 on.
        return Math.Exp(LogCoefficient(n, k) + k * Math.Log(p) + (n - k) * Math.Log(1 - p));
    }

    /// <summary>P(X >= k) for n trials of probability p.</summary>
    public static double UpperTail(int k, int n, double p)
    {
        if (k <= 0)
            return 1;
        var sum = 0.0;
        // From the far end inwards, so that small terms are added first.
        for (var i = n; i >= k; i--)
            sum += Probability(i, n, p);
        return Math.Min(1, sum);
    }

    private static double LogCoefficient(int n, int k)
    {
        k = Math.Min(k, n - k);
        var sum = 0.0;
        for (var i = 1; i <= k; i++)
            sum += Math.Log((double)(n - k + i) / i);
        return sum;
    }
}
