using TaskArithmetic.Evaluation.Jinja.Values;
using TaskArithmetic.Evaluation.Metrics;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>What one filter pipeline made of a document's answers.</summary>
/// <param name="Filter">The pipeline.</param>
/// <param name="Filtered">What stands in <c>filtered_resps</c>.</param>
/// <param name="Answer">The extracted answer of a generation, for a reader; null for log-probabilities.</param>
/// <param name="IsUnparseable">Whether nothing could be extracted; null where the pipeline extracts nothing.</param>
/// <param name="Values">The metrics' values in order; empty where scoring was skipped.</param>
public sealed record FilterResult(
    string Filter, JinjaList Filtered, string? Answer, bool? IsUnparseable, IReadOnlyList<KeyValuePair<string, MetricValue>> Values)
{
    /// <summary>The value of a metric, or null.</summary>
    public MetricValue? Find(string metric) => Values.Where(v => v.Key == metric).Select(v => v.Value).FirstOrDefault();
}
