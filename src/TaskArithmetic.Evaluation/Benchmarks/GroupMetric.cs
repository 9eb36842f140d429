namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>How a group's score comes from its tasks' (one entry of <c>aggregate_metric_list</c>; the aggregation is the mean).</summary>
/// <param name="Metric">The metric to aggregate.</param>
/// <param name="Filters">The filters to aggregate; null stands for every filter found.</param>
/// <param name="WeightBySize">Whether a task counts by its number of documents.</param>
public sealed record GroupMetric(string Metric, IReadOnlyList<string>? Filters, bool WeightBySize);
