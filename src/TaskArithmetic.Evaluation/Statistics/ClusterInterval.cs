namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>Bounds of a mean whose items come in clusters, such as questions on one passage or the subtasks of a group.</summary>
internal static class ClusterInterval
{
    /// <summary>
    /// Mean ± t × se with G − 1 degrees of freedom, where se² = G / (G − 1) · Σ (sum of deviations of a cluster)² / n².
    /// One cluster bounds nothing. Source: K.-Y. Liang and S. L. Zeger, Biometrika 73 (1986).
    /// </summary>
    /// <param name="values">Per-item values, length n.</param>
    /// <param name="clusters">Items of one cluster carry the same number, length n.</param>
    /// <param name="alpha">One-sided level of each bound.</param>
    public static ConfidenceInterval Of(IReadOnlyList<double> values, IReadOnlyList<int> clusters, double alpha)
    {
        var mean = values.Average();
        var sums = new Dictionary<int, double>();
        for (var i = 0; i < values.Count; i++)
            sums[clusters[i]] = sums.GetValueOrDefault(clusters[i]) + values[i] - mean;
        if (sums.Count < 2)
            return new(double.NegativeInfinity, double.PositiveInfinity);
        var error = Math.Sqrt(sums.Values.Sum(s => s * s) * sums.Count / (sums.Count - 1.0)) / values.Count;
        var half = StudentQuantile(1 - alpha, sums.Count - 1) * error;
        return new(mean - half, mean + half);
    }

    /// <summary>The t with P(T &lt;= t) = <paramref name="probability"/>, for probabilities from 1/2: P(T > t) = I_x(f/2, 1/2) / 2 at x = f / (f + t²).</summary>
    internal static double StudentQuantile(double probability, int freedom)
    {
        var x = BetaDistribution.Quantile(2 * (1 - probability), freedom / 2.0, 0.5);
        return Math.Sqrt(freedom * (1 - x) / x);
    }
}
