namespace TaskArithmetic.Evaluation.Running;

/// <summary>How far a run is.</summary>
/// <param name="Completed">Requests answered, cached ones included.</param>
/// <param name="Total">Requests in all; equal ones count once.</param>
/// <param name="Cached">Requests answered from the cache.</param>
/// <param name="Elapsed">Time since the first request was sent.</param>
/// <param name="Remaining">Time still needed at the rate so far; null before the first answer.</param>
/// <param name="Scores">Scores so far, by task.</param>
public sealed record RunProgress(int Completed, int Total, int Cached, TimeSpan Elapsed, TimeSpan? Remaining, IReadOnlyList<RunningScore> Scores);

/// <summary>The score of a task so far.</summary>
/// <param name="Task">The task.</param>
/// <param name="Metric">Metric and filter, as <c>metric,filter</c>.</param>
/// <param name="Value">Mean over the documents done.</param>
/// <param name="Documents">Documents done.</param>
public sealed record RunningScore(string Task, string Metric, double Value, int Documents);
