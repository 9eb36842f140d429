using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Metrics;

/// <summary>One document's value of one metric.</summary>
/// <param name="First">The number; for pairs the log-probability or the true label.</param>
/// <param name="Second">For pairs the weight or the predicted label.</param>
/// <param name="Probabilities">The probability of each label, for <c>brier_score</c>.</param>
/// <param name="Logged">What stands in the samples file, whole numbers as such.</param>
public sealed record MetricValue(double First, double Second, IReadOnlyList<double>? Probabilities, PythonValue Logged)
{
    internal static MetricValue Float(double value) => new(value, 0, null, value);

    internal static MetricValue Whole(int value) => new(value, 0, null, value);

    internal static MetricValue Weighted(double value, int weight) => new(value, weight, null, new PythonList([value, weight]));

    internal static MetricValue Labels(int gold, int predicted) => new(gold, predicted, null, new PythonList([gold, predicted]));

    internal static MetricValue Distribution(int gold, double[] probabilities) =>
        new(gold, 0, probabilities, new PythonList([gold, NumpyArrayText.Format(probabilities)]));
}

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
