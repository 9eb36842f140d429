using System.Text.Json.Serialization;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Evaluation.Metrics;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>An engine's answer: a text or a log-probability.</summary>
/// <param name="Generation">The text.</param>
/// <param name="Loglikelihood">The log-probability.</param>
public sealed record EngineAnswer(Generation? Generation, Loglikelihood? Loglikelihood)
{
    /// <summary>Tokens cut off the front of the prompt or context, since the model cannot see as many; -1 if the engine does not say.</summary>
    [JsonIgnore]
    public int PromptTokensCut => Generation?.PromptTokensCut ?? Loglikelihood?.DroppedTokens ?? -1;
}

/// <summary>One score of a task or group.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Filter">The filter pipeline.</param>
/// <param name="Value">The aggregated value.</param>
/// <param name="StandardError">Its standard error, or null (<c>N/A</c>).</param>
/// <param name="HigherIsBetter">Its direction, or null where a group's tasks disagree.</param>
public sealed record Score(string Metric, string Filter, double Value, double? StandardError, bool? HigherIsBetter)
{
    /// <summary>The key in results: <c>metric,filter</c>.</summary>
    public string Key => $"{Metric},{Filter}";
}

/// <summary>What one filter pipeline made of a document's answers.</summary>
/// <param name="Filter">The pipeline.</param>
/// <param name="Filtered">What stands in <c>filtered_resps</c>.</param>
/// <param name="Answer">The extracted answer of a generation, for a reader; null for log-probabilities.</param>
/// <param name="IsUnparseable">Whether nothing could be extracted; null where the pipeline extracts nothing.</param>
/// <param name="Values">The metrics' values in order; empty where scoring was skipped.</param>
public sealed record FilterResult(
    string Filter, PythonList Filtered, string? Answer, bool? IsUnparseable, IReadOnlyList<KeyValuePair<string, MetricValue>> Values)
{
    /// <summary>The value of a metric, or null.</summary>
    public MetricValue? Find(string metric) => Values.Where(v => v.Key == metric).Select(v => v.Value).FirstOrDefault();
}

/// <summary>The result of a group.</summary>
/// <param name="Group">The group.</param>
/// <param name="Scores">Its aggregated scores; empty if it aggregates nothing.</param>
/// <param name="SampleCount">Documents of all its tasks that have the last aggregated metric.</param>
/// <param name="SampleCounts">Documents behind each score, by <c>metric,filter</c>.</param>
public sealed record GroupResult(
    BenchmarkGroup Group, IReadOnlyList<Score> Scores, int SampleCount, IReadOnlyDictionary<string, int> SampleCounts);
