using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Metrics;

/// <summary>One document's value of one metric.</summary>
/// <param name="First">The number; for pairs the log-probability or the true label.</param>
/// <param name="Second">For pairs the weight or the predicted label.</param>
/// <param name="Probabilities">The probability of each label, for <c>brier_score</c>.</param>
/// <param name="Logged">What stands in the samples file, whole numbers as such.</param>
public sealed record MetricValue(double First, double Second, IReadOnlyList<double>? Probabilities, JinjaValue Logged)
{
    internal static MetricValue Float(double value) => new(value, 0, null, value);

    internal static MetricValue Whole(int value) => new(value, 0, null, value);

    internal static MetricValue Weighted(double value, int weight) => new(value, weight, null, new JinjaList([value, weight]));

    internal static MetricValue Labels(int gold, int predicted) => new(gold, predicted, null, new JinjaList([gold, predicted]));

    internal static MetricValue Distribution(int gold, double[] probabilities) =>
        new(gold, 0, probabilities, new JinjaList([gold, NumpyArrayText.Format(probabilities)]));
}
