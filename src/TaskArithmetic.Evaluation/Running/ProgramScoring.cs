using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Execution;
using TaskArithmetic.Evaluation.Metrics;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>Scores documents whose metric runs the programs that the model wrote: the model's program is the candidate, the target its tests.</summary>
internal static class ProgramScoring
{
    /// <summary>The same documents with <c>pass@k</c> added to every filter.</summary>
    public static async Task<IReadOnlyList<DocumentResult>> RunAsync(
        TaskPlan plan, IReadOnlyList<DocumentResult> documents, IProgramExecutor executor, CancellationToken cancellationToken)
    {
        var counts = plan.Metrics.First(m => m.RunsPrograms).PassCounts;
        var programs = documents.SelectMany(d => d.Filters.SelectMany(f => Candidates(plan, f).Select(c => new JudgedProgram(c, d.Target)))).ToArray();
        var outcomes = new Queue<ProgramOutcome>(await executor.JudgeAsync(programs, cancellationToken).ConfigureAwait(false));
        return [.. documents.Select(document => document with { Filters = [.. document.Filters.Select(WithScores)] })];

        FilterResult WithScores(FilterResult filter)
        {
            var n = Candidates(plan, filter).Count;
            var passed = Enumerable.Range(0, n).Count(_ => outcomes.Dequeue().Passed);
            var values = counts.Select(k => KeyValuePair.Create($"pass@{k}", MetricValue.Float(PassAtK.Estimate(n, passed, k))));
            return filter with { Values = [.. filter.Values, .. values] };
        }
    }

    private static IReadOnlyList<string> Candidates(TaskPlan plan, FilterResult filter) =>
        filter.Filtered.Items is [PythonList programs]
            ? [.. programs.Items.Select(p => p.ToString())]
            : throw new DiagnosticException(BenchmarkDiagnostics.ProgramCounts(plan.Task.Name));
}
