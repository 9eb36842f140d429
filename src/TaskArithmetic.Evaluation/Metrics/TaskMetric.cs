using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Metrics;

/// <summary>A metric as one task uses it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Aggregation">How items become a score.</param>
/// <param name="HigherIsBetter">Its direction.</param>
/// <param name="Options">Its options.</param>
internal sealed record TaskMetric(string Name, Aggregation Aggregation, bool HigherIsBetter, JinjaDictionary Options);
