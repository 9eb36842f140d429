namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>Mean of per-item scores and its standard error.</summary>
/// <param name="Mean">Mean, in the unit of the scores.</param>
/// <param name="StandardError">Sample standard deviation (n - 1) over sqrt(n), as lm-evaluation-harness reports it; NaN for one item.</param>
/// <param name="Count">Number of items.</param>
public readonly record struct MeanEstimate(double Mean, double StandardError, int Count)
{
    /// <summary>Estimates from per-item scores.</summary>
    /// <exception cref="ArgumentException">There is no score.</exception>
    public static MeanEstimate Of(ReadOnlySpan<double> scores)
    {
        if (scores.IsEmpty)
            throw new ArgumentException("A mean needs at least one score.", nameof(scores));
        var sum = 0.0;
        foreach (var score in scores)
            sum += score;
        var mean = sum / scores.Length;
        var squares = 0.0;
        foreach (var score in scores)
            squares += (score - mean) * (score - mean);
        return new(mean, Math.Sqrt(squares / (scores.Length - 1) / scores.Length), scores.Length);
    }
}
