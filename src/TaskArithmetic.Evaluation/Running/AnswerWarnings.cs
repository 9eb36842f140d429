using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Engines;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>What a task's answers themselves say against its score.</summary>
internal static class AnswerWarnings
{
    public static IEnumerable<Diagnostic> Of(TaskPlan plan, IReadOnlyList<DocumentResult> documents)
    {
        var task = plan.Task.Name;
        if (Where(documents, g => g.ReasoningEnded == false) is { Count: > 0 } unfinished)
            yield return BenchmarkDiagnostics.ReasoningNeverEnded(task, plan.Reasoning!.End, unfinished, documents.Count);
        if (plan.Reasoning is null && Where(documents, IsCutInsideReasoning) is { Count: > 0 } cut)
            yield return BenchmarkDiagnostics.StoppedInsideReasoning(task, cut, documents.Count);
        var alone = documents.Select(d => (d.DocId, Request: d.Answers.ToList().FindIndex(r => r[0].Loglikelihood?.EncodedAlone == true))).Where(d => d.Request >= 0).ToList();
        if (alone.Count > 0)
        {
            var first = documents.First(d => d.DocId == alone[0].DocId).Arguments[alone[0].Request].Argument?.ToString() ?? "";
            yield return BenchmarkDiagnostics.ChoiceEncodedAlone(task, [.. alone.Select(d => d.DocId)], documents.Count, alone[0].Request, first);
        }
    }

    /// <summary>An answer that opens its reasoning and ends before it closes: a stop string cut it.</summary>
    private static bool IsCutInsideReasoning(Generation generation) =>
        generation.Text.AsSpan().TrimStart().StartsWith("<think>", StringComparison.Ordinal) && !generation.Text.Contains(ReasoningMarker.Usual, StringComparison.Ordinal);

    private static List<int> Where(IReadOnlyList<DocumentResult> documents, Func<Generation, bool> holds) =>
        [.. documents.Where(d => d.Answers.Any(r => r.Any(a => a.Generation is { } g && holds(g)))).Select(d => d.DocId)];
}
