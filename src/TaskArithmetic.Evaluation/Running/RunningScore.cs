namespace TaskArithmetic.Evaluation.Running;

/// <summary>The score of a task so far.</summary>
/// <param name="Task">The task.</param>
/// <param name="Metric">Metric and filter, as <c>metric,filter</c>.</param>
/// <param name="Value">Mean over the documents done.</param>
/// <param name="Documents">Documents done.</param>
public sealed record RunningScore(string Task, string Metric, double Value, int Documents);
