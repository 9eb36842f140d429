using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Evaluation.Metrics;
using TaskArithmetic.Evaluation.Prompts;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>Looks at the documents of a task before the first request: labels that are no choice, continuations that cannot be scored.</summary>
internal sealed class PlanCheck(
    BenchmarkTask task, DocumentTemplates templates, IEvaluationEngine engine, IReadOnlyList<TaskMetric> metrics, bool choicesAreQuestions, List<Diagnostic> warnings)
{
    private const int MostNamed = 20;

    /// <summary>Warns, or refuses the whole task.</summary>
    /// <exception cref="DiagnosticException">TA4033, TA4051 or TA4058: every kind of fault with the documents that have it.</exception>
    public void Check(IReadOnlyList<PlannedDocument> documents, CancellationToken cancellationToken)
    {
        var problems = new List<Diagnostic>();
        Labels(documents, problems);
        Continuations(documents, problems, cancellationToken);
        if (problems.Count > 0)
            throw new DiagnosticException(problems);
    }

    private void Labels(IReadOnlyList<PlannedDocument> documents, List<Diagnostic> problems)
    {
        var withChoices = documents.Where(d => d.Choices is { Count: > 0 }).ToList();
        if (task.OutputType == OutputType.GenerateUntil)
        {
            var noIndex = withChoices.Where(d => !(d.Target is PythonInteger { Value: var i } && i >= 0 && i < d.Choices!.Count)).Select(d => d.Source.DocId).ToList();
            if (noIndex.Count > 0 && metrics.Any(m => m.Name == "exact_match"))
                problems.Add(BenchmarkDiagnostics.TargetIsNoChoice(task.Name, noIndex, documents.Count));
            return;
        }
        if (task.OutputType != OutputType.MultipleChoice)
            return;
        var outside = withChoices.Where(d => GoldLabels.IsOutside(Gold(d), d.Choices!)).Select(d => d.Source.DocId).ToList();
        if (outside.Count > 0)
        {
            var unable = metrics.Where(m => m.Aggregation is Aggregation.F1 or Aggregation.BrierScore).Select(m => m.Name).ToList();
            if (unable.Count > 0)
                problems.Add(BenchmarkDiagnostics.MetricNeedsLabels(task.Name, unable, outside, documents.Count));
            else
                warnings.Add(BenchmarkDiagnostics.LabelOutside(task.Name, outside, documents.Count));
        }
        var empty = withChoices.Where(d => d.Choices!.Any(c => c.Length == 0)).Select(d => d.Source.DocId).ToList();
        if (empty.Count > 0 && metrics.Any(m => m.Name is "acc_norm" or "acc_bytes"))
            warnings.Add(BenchmarkDiagnostics.EmptyChoice(task.Name, empty, documents.Count));
    }

    private void Continuations(IReadOnlyList<PlannedDocument> documents, List<Diagnostic> problems, CancellationToken cancellationToken)
    {
        foreach (var document in documents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < document.Requests.Count && problems.Count < MostNamed; i++)
            {
                if (document.Requests[i].Repeats[0].Score is { } request && Obstacle(request) is { } reason)
                    problems.Add(BenchmarkDiagnostics.CannotScoreContinuation(task.Name, document.Source.DocId, i, request.Continuation, reason));
            }
        }
    }

    private string? Obstacle(LoglikelihoodRequest request) =>
        request.Context.Length + request.Continuation.Length == 0 || (request.Continuation.Length == 0 && request.Context.TrimEnd().Length == request.Context.Length)
            ? "it is empty, so there is nothing to score"
            : engine.ScoringObstacle(request);

    private PythonValue Gold(PlannedDocument document) => choicesAreQuestions ? templates.Text(document.Source.Document) : document.Target;
}
