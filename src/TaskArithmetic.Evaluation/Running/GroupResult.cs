using TaskArithmetic.Evaluation.Benchmarks;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>The result of a group.</summary>
/// <param name="Group">The group.</param>
/// <param name="Scores">Its aggregated scores; empty if it aggregates nothing.</param>
/// <param name="SampleCount">Documents of all its tasks that have the last aggregated metric.</param>
/// <param name="SampleCounts">Documents behind each score, by <c>metric,filter</c>.</param>
public sealed record GroupResult(
    BenchmarkGroup Group, IReadOnlyList<Score> Scores, int SampleCount, IReadOnlyDictionary<string, int> SampleCounts);
