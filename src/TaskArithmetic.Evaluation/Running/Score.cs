namespace TaskArithmetic.Evaluation.Running;

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
