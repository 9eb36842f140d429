namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>
/// Percentile interval of the mean paired difference, by drawing items (or clusters of items) with replacement inside
/// each stratum. Source: B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap (1993), chapters 8 and 13.
/// </summary>
public static class PairedBootstrap
{
    /// <summary>Number of resamples that reports use.</summary>
    public const int DefaultResamples = 10_000;

    /// <summary>The interval; same seed, same bits.</summary>
    /// <param name="strata">Strata; each keeps its number of items (or clusters) in every resample.</param>
    /// <param name="seed">Seed of the generator.</param>
    /// <param name="confidence">Two-sided confidence.</param>
    /// <param name="resamples">Number of resamples.</param>
    public static ConfidenceInterval Interval(
        IReadOnlyList<BootstrapStratum> strata, ulong seed = 1234, double confidence = 0.95, int resamples = DefaultResamples)
    {
        var units = strata.Select(Units).ToArray();
        var generator = new SplitMix64(seed);
        var means = new double[resamples];
        for (var i = 0; i < resamples; i++)
            means[i] = ResampledMean(units, ref generator);
        Array.Sort(means);
        return new(Percentile(means, 0.5 - confidence / 2), Percentile(means, 0.5 + confidence / 2));
    }

    private static double ResampledMean((double Sum, int Count)[][] strata, ref SplitMix64 generator)
    {
        var sum = 0.0;
        var count = 0;
        foreach (var units in strata)
        {
            for (var i = 0; i < units.Length; i++)
            {
                var unit = units[generator.Below(units.Length)];
                sum += unit.Sum;
                count += unit.Count;
            }
        }
        return sum / count;
    }

    /// <summary>What is drawn as one: the sum and number of items of each cluster, in order of first appearance.</summary>
    private static (double Sum, int Count)[] Units(BootstrapStratum stratum) =>
        stratum.Clusters is null
            ? [.. stratum.Differences.Select(d => (d, 1))]
            : [.. stratum.Differences.Zip(stratum.Clusters).GroupBy(pair => pair.Second).Select(g => (g.Sum(pair => pair.First), g.Count()))];

    /// <summary>Linear between neighbours, as numpy's default.</summary>
    private static double Percentile(double[] sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var below = (int)Math.Floor(position);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
