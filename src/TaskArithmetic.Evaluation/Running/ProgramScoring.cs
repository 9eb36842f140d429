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
        var counts = MetricCatalog.PassCounts(plan.Metrics.First(m => m.Name == MetricCatalog.PassAtK));
        var candidates = documents.SelectMany(d => d.Filters.Select(f => (Document: d, Filter: f))).SelectMany(x => Candidates(plan, x.Filter).Select(c => new JudgedProgram(c, x.Document.Target))).ToArray();
        var outcomes = await executor.JudgeAsync(candidates, cancellationToken).ConfigureAwait(false);
        var at = 0;
        var scored = new List<DocumentResult>(documents.Count);
        foreach (var document in documents)
        {
            var filters = new List<FilterResult>();
            foreach (var filter in document.Filters)
            {
                var n = Candidates(plan, filter).Count;
                var passed = outcomes.Skip(at).Take(n).Count(o => o.Passed);
                at += n;
                var values = counts.Select(k => KeyValuePair.Create($"pass@{k}", MetricValue.Float(PassAtK.Estimate(n, passed, k))));
                filters.Add(filter with { Values = [.. filter.Values, .. values] });
            }
            scored.Add(document with { Filters = filters });
        }
        return scored;
    }

    private static IReadOnlyList<string> Candidates(TaskPlan plan, FilterResult filter) =>
        filter.Filtered.Items is [PythonList programs]
            ? [.. programs.Items.Select(p => p.ToString())]
            : throw new DiagnosticException(BenchmarkDiagnostics.ProgramCounts(plan.Task.Name));
}
