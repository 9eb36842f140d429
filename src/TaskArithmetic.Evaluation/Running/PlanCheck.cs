using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Evaluation.Metrics;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>Looks at the documents of a task before the first request: labels that are no choice, continuations that cannot be scored.</summary>
internal static class PlanCheck
{
    private const int MostNamed = 20;

    /// <summary>Warns, or refuses the whole task.</summary>
    /// <exception cref="DiagnosticException">TA4033, TA4051 or TA4058: every kind of fault with the documents that have it.</exception>
    public static void Check(TaskPlan plan, PlannedModel model, List<Diagnostic> warnings, CancellationToken cancellationToken)
    {
        var problems = new List<Diagnostic>();
        Labels(plan, problems, warnings);
        Continuations(plan, model, problems, cancellationToken);
        if (problems.Count > 0)
            throw new DiagnosticException(problems);
    }

    private static void Labels(TaskPlan plan, List<Diagnostic> problems, List<Diagnostic> warnings)
    {
        var (task, documents) = (plan.Task, plan.Documents);
        var withChoices = documents.Where(d => d.Choices is { Count: > 0 }).ToList();
        if (task.OutputType == OutputType.GenerateUntil)
        {
            var noIndex = withChoices.Where(d => !(d.Target is PythonInteger { Value: var i } && i >= 0 && i < d.Choices!.Count)).Select(d => d.Source.DocId).ToList();
            if (noIndex.Count > 0 && plan.Has("exact_match"))
                problems.Add(BenchmarkDiagnostics.TargetIsNoChoice(task.Name, noIndex, documents.Count));
            return;
        }
        if (task.OutputType != OutputType.MultipleChoice)
            return;
        var outside = withChoices.Where(d => ChoiceOutcome.GoldOf(plan.Gold(d), d.Choices!).Any(i => i < 0)).Select(d => d.Source.DocId).ToList();
        if (outside.Count > 0)
        {
            var unable = plan.Metrics.Where(m => m.Aggregation == Aggregation.F1 || m.Aggregation == Aggregation.BrierScore).Select(m => m.Name).ToList();
            if (unable.Count > 0)
                problems.Add(BenchmarkDiagnostics.MetricNeedsLabels(task.Name, unable, outside, documents.Count));
            else
                warnings.Add(BenchmarkDiagnostics.LabelOutside(task.Name, outside, documents.Count));
        }
        var empty = withChoices.Where(d => d.Choices!.Any(c => c.Length == 0)).Select(d => d.Source.DocId).ToList();
        if (empty.Count > 0 && (plan.Has("acc_norm") || plan.Has("acc_bytes")))
            warnings.Add(BenchmarkDiagnostics.EmptyChoice(task.Name, empty, documents.Count));
    }

    private static void Continuations(TaskPlan plan, PlannedModel model, List<Diagnostic> problems, CancellationToken cancellationToken)
    {
        foreach (var document in plan.Documents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < document.Requests.Count && problems.Count < MostNamed; i++)
            {
                if (document.Requests[i].Repeats[0].Score is { } request && Obstacle(model, request) is { } reason)
                    problems.Add(BenchmarkDiagnostics.CannotScoreContinuation(plan.Task.Name, document.Source.DocId, i, request.Continuation, reason));
            }
        }
    }

    private static string? Obstacle(PlannedModel model, LoglikelihoodRequest request) =>
        request.Context.Length + request.Continuation.Length == 0 || (request.Continuation.Length == 0 && request.Context.TrimEnd().Length == request.Context.Length)
            ? "it is empty, so there is nothing to score"
            : model.ScoringObstacle(request);
}
