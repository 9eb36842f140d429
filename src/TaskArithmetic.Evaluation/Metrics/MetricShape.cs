namespace TaskArithmetic.Evaluation.Metrics;

/// <summary>What one item of a metric holds.</summary>
internal enum MetricShape
{
    /// <summary>One number.</summary>
    Number,

    /// <summary>A log-probability and the words or bytes it is spread over.</summary>
    Weighted,

    /// <summary>The true and the predicted label.</summary>
    Labels,

    /// <summary>The true label and the probability of each.</summary>
    Probabilities,
}
