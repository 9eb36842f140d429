namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>Mean of per-item scores.</summary>
/// <param name="Mean">Mean, 0 to 1.</param>
/// <param name="StandardError">Sample standard deviation (n - 1) over sqrt(n), as lm-evaluation-harness reports it; null for one item.</param>
/// <param name="Count">Number of items.</param>
/// <param name="Bounds">Lower and upper one-sided exact bounds of the true mean, each at confidence 1 - alpha.</param>
public readonly record struct MeanEstimate(double Mean, double? StandardError, int Count, ConfidenceInterval Bounds)
{
    /// <summary>Estimates from per-item scores, 0 to 1.</summary>
    /// <param name="scores">The scores, at least one.</param>
    /// <param name="clusters">Items of one cluster carry the same number; null when all are independent. The bounds are then the wider of the exact ones and those between clusters.</param>
    /// <param name="alpha">One-sided level of each bound.</param>
    internal static MeanEstimate Of(IReadOnlyList<double> scores, IReadOnlyList<int>? clusters = null, double alpha = 0.05)
    {
        var mean = scores.Average();
        double? error = scores.Count < 2 ? null : Math.Sqrt(scores.Sum(s => (s - mean) * (s - mean)) / (scores.Count - 1) / scores.Count);
        var bounds = ClopperPearson.Of(scores.Sum(), scores.Count, alpha);
        if (clusters is not null)
            bounds = bounds.Widest(ClusterInterval.Of(scores, clusters, alpha), 0, 1);
        return new(mean, error, scores.Count, bounds);
    }
}

/// <summary>A range that covers the true value with a stated confidence; same unit as the estimate it belongs to.</summary>
/// <param name="Lower">Lower bound.</param>
/// <param name="Upper">Upper bound.</param>
public readonly record struct ConfidenceInterval(double Lower, double Upper)
{
    /// <summary>What both ranges cover together, within what is possible at all.</summary>
    internal ConfidenceInterval Widest(ConfidenceInterval other, double least, double most) =>
        new(Math.Max(least, Math.Min(Lower, other.Lower)), Math.Min(most, Math.Max(Upper, other.Upper)));
}
