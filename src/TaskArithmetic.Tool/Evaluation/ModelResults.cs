using TaskArithmetic.Evaluation.Running;

namespace TaskArithmetic.Tool.Evaluation;

/// <summary>What a model scored.</summary>
/// <param name="Model">The model as it was named.</param>
/// <param name="Runs">The runs.</param>
/// <param name="Files">Result and sample files written.</param>
internal sealed record ModelResults(string Model, IReadOnlyList<BenchmarkRunResult> Runs, IReadOnlyList<string> Files)
{
    /// <summary>The result of a task with the given limit and shots.</summary>
    public TaskResult? Find(string task, double? limit, int? shots) => Runs
        .Where(r => (limit is null || r.Options.Limit == limit) && (shots is null || r.Options.NumFewshot == shots))
        .SelectMany(r => r.Tasks)
        .FirstOrDefault(t => t.Task.Name == task);
}
