using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>One entry of <c>metric_list</c>.</summary>
/// <param name="Metric">The name, such as <c>exact_match</c>.</param>
/// <param name="Aggregation">How items become a score; null stands for the metric's own.</param>
/// <param name="HigherIsBetter">The direction; null stands for the metric's own.</param>
/// <param name="Options">The other keys of the entry, such as <c>ignore_case</c>.</param>
public sealed record MetricSettings(string Metric, string? Aggregation, bool? HigherIsBetter, JinjaDictionary Options);
