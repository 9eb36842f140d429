using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>What is to be evaluated, each task once.</summary>
/// <param name="Tasks">Every task, in the order asked for.</param>
/// <param name="Groups">The groups asked for.</param>
public sealed record BenchmarkSelection(IReadOnlyList<BenchmarkTask> Tasks, IReadOnlyList<BenchmarkGroup> Groups);

/// <summary>A named way from a model's text to the answer that is scored.</summary>
/// <param name="Name">The name that stands in scores, such as <c>strict-match</c>.</param>
/// <param name="Steps">The functions in order.</param>
public sealed record FilterPipelineSettings(string Name, IReadOnlyList<FilterStep> Steps);

/// <summary>One function of a filter pipeline with its arguments, as the task file gives them.</summary>
/// <param name="Function">The name, such as <c>regex</c> or <c>take_first</c>.</param>
/// <param name="Arguments">The other keys of the entry.</param>
public sealed record FilterStep(string Function, PythonDictionary Arguments);

/// <summary>How a group's score comes from its tasks' (one entry of <c>aggregate_metric_list</c>; the aggregation is the mean).</summary>
/// <param name="Metric">The metric to aggregate.</param>
/// <param name="Filters">The filters to aggregate; null stands for every filter found.</param>
/// <param name="WeightBySize">Whether a task counts by its number of documents.</param>
public sealed record GroupMetric(string Metric, IReadOnlyList<string>? Filters, bool WeightBySize);

/// <summary>One entry of <c>metric_list</c>.</summary>
/// <param name="Metric">The name, such as <c>exact_match</c>.</param>
/// <param name="Aggregation">How items become a score; null stands for the metric's own.</param>
/// <param name="HigherIsBetter">The direction; null stands for the metric's own.</param>
/// <param name="Options">The other keys of the entry, such as <c>ignore_case</c>.</param>
public sealed record MetricSettings(string Metric, string? Aggregation, bool? HigherIsBetter, PythonDictionary Options);
