namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>Merged score minus base score on the same items.</summary>
/// <param name="Difference">Mean of merged - base, in the unit of the scores.</param>
/// <param name="StandardError">Standard error of <paramref name="Difference"/>; NaN for one item or one cluster.</param>
/// <param name="Count">Number of items.</param>
/// <param name="Wins">Items the merged model scores higher on (b).</param>
/// <param name="Losses">Items the base model scores higher on (c).</param>
public readonly record struct PairedDifference(double Difference, double StandardError, int Count, int Wins, int Losses)
{
    /// <summary>Share of items whose score changed, psi = (b + c) / n.</summary>
    public double Discordance => (double)(Wins + Losses) / Count;

    /// <summary>
    /// Estimates from per-item scores. For scores of 0 and 1 the standard error equals
    /// sqrt((b + c - (b - c)^2 / n) / (n (n - 1))).
    /// </summary>
    /// <param name="baseScores">Per-item scores of the base model, length n.</param>
    /// <param name="mergedScores">Per-item scores of the merged model on the same items, length n.</param>
    /// <param name="clusters">
    /// Items that share a passage or a seed question carry the same number, length n; null when all are independent.
    /// With clusters the standard error sums deviations by cluster first, with the factor G / (G - 1) for G clusters.
    /// Source: K.-Y. Liang and S. L. Zeger, Biometrika 73 (1986).
    /// </param>
    /// <exception cref="ArgumentException">Lengths differ or there is no item.</exception>
    public static PairedDifference Of(ReadOnlySpan<double> baseScores, ReadOnlySpan<double> mergedScores, IReadOnlyList<int>? clusters = null)
    {
        if (baseScores.IsEmpty || baseScores.Length != mergedScores.Length || (clusters is not null && clusters.Count != baseScores.Length))
            throw new ArgumentException($"A paired difference needs as many base scores ({baseScores.Length}) as merged scores ({mergedScores.Length}), and some.");
        var differences = new double[baseScores.Length];
        int wins = 0, losses = 0;
        for (var i = 0; i < differences.Length; i++)
        {
            differences[i] = mergedScores[i] - baseScores[i];
            if (differences[i] > 0)
                wins++;
            else if (differences[i] < 0)
                losses++;
        }
        var mean = MeanEstimate.Of(differences);
        var error = clusters is null ? mean.StandardError : ClusteredError(differences, mean.Mean, clusters);
        return new(mean.Mean, error, differences.Length, wins, losses);
    }

    /// <summary>Difference ± z times its standard error.</summary>
    /// <param name="confidence">Two-sided confidence; 0.90 gives the two one-sided 95 % bounds.</param>
    public ConfidenceInterval Interval(double confidence = 0.95)
    {
        var half = NormalDistribution.Quantile(0.5 + confidence / 2) * StandardError;
        return new(Difference - half, Difference + half);
    }

    /// <summary>
    /// One difference over several benchmarks: each weighs as many items as it has, and variances add since items of
    /// different benchmarks are independent.
    /// </summary>
    public static PairedDifference Pool(IReadOnlyList<PairedDifference> strata)
    {
        var count = strata.Sum(s => s.Count);
        var difference = strata.Sum(s => s.Difference * s.Count) / count;
        var variance = strata.Sum(s => Math.Pow(s.StandardError * s.Count / count, 2));
        return new(difference, Math.Sqrt(variance), count, strata.Sum(s => s.Wins), strata.Sum(s => s.Losses));
    }

    private static double ClusteredError(double[] differences, double mean, IReadOnlyList<int> clusters)
    {
        var sums = new Dictionary<int, double>();
        for (var i = 0; i < differences.Length; i++)
            sums[clusters[i]] = sums.GetValueOrDefault(clusters[i]) + differences[i] - mean;
        var squares = sums.Values.Sum(s => s * s);
        return Math.Sqrt(squares * sums.Count / (sums.Count - 1.0)) / differences.Length;
    }
}
