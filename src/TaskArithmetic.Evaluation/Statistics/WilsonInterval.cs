namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>Confidence interval of a proportion that stays inside [0, 1] and is honest for few items and extreme scores.</summary>
public static class WilsonInterval
{
    /// <summary>
    /// (p + z^2/2n ± z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n).
    /// Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927).
    /// </summary>
    /// <param name="proportion">Share of successes, 0 to 1.</param>
    /// <param name="count">Number of items, at least 1.</param>
    /// <param name="confidence">Two-sided confidence.</param>
    public static ConfidenceInterval Of(double proportion, int count, double confidence = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(proportion);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(proportion, 1);
        var z = NormalDistribution.Quantile(0.5 + confidence / 2);
        var shrink = 1 + z * z / count;
        var centre = (proportion + z * z / (2 * count)) / shrink;
        var half = z * Math.Sqrt(proportion * (1 - proportion) / count + z * z / (4.0 * count * count)) / shrink;
        return new(Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}
