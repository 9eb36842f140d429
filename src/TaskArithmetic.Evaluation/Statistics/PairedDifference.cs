namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>Merged score minus base score on the same items.</summary>
/// <param name="Difference">Mean of merged - base, -1 to 1.</param>
/// <param name="Count">Number of items.</param>
/// <param name="Wins">Items the merged model scores higher on (b).</param>
/// <param name="Losses">Items the base model scores higher on (c).</param>
/// <param name="Bounds">Lower and upper one-sided exact bounds of the true difference, each at confidence 1 - alpha.</param>
public readonly record struct PairedDifference(double Difference, int Count, int Wins, int Losses, ConfidenceInterval Bounds)
{
    /// <summary>Share of items whose score changed, psi = (b + c) / n.</summary>
    public double Discordance => (double)(Wins + Losses) / Count;

    /// <summary>
    /// Estimates from per-item scores. Fractional gains and losses are added up and rounded to whole items, against the model for
    /// the lower bound and in its favour for the upper: a whole item varies most among amounts of the same mean.
    /// </summary>
    /// <param name="baseScores">Per-item scores of the base model, 0 to 1, length n, at least 1.</param>
    /// <param name="mergedScores">Per-item scores of the merged model on the same items, length n.</param>
    /// <param name="clusters">Items of one cluster carry the same number, length n; null when all are independent. The bounds are then the wider of the exact ones and those between clusters.</param>
    /// <param name="alpha">One-sided level of each bound.</param>
    internal static PairedDifference Of(IReadOnlyList<double> baseScores, IReadOnlyList<double> mergedScores, IReadOnlyList<int>? clusters = null, double alpha = 0.05)
    {
        double[] differences = [.. mergedScores.Zip(baseScores, (after, before) => after - before)];
        var gain = differences.Where(d => d > 0).Sum();
        var loss = -differences.Where(d => d < 0).Sum();
        var bounds = Bound(differences.Length, gain, loss, alpha);
        if (clusters is not null)
            bounds = bounds.Widest(ClusterInterval.Of(differences, clusters, alpha), -1, 1);
        return new(differences.Average(), differences.Length, differences.Count(d => d > 0), differences.Count(d => d < 0), bounds);
    }

    private static ConfidenceInterval Bound(int count, double gain, double loss, double alpha)
    {
        // Sums such as 0.1 + 0.2 must not lose or gain a whole item.
        int Down(double amount) => (int)Math.Floor(amount + 1e-9);
        int Up(double amount) => (int)Math.Ceiling(amount - 1e-9);
        if (Down(gain) == Up(gain) && Down(loss) == Up(loss))
            return ExactPairedInterval.Of(count, Up(gain), Up(loss), alpha);
        return new(
            ExactPairedInterval.Of(count, Down(gain), Up(loss), alpha).Lower,
            ExactPairedInterval.Of(count, Up(gain), Down(loss), alpha).Upper);
    }
}
