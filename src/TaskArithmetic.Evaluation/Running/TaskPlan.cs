using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Evaluation.Filters;
using TaskArithmetic.Evaluation.Metrics;
using TaskArithmetic.Evaluation.Prompts;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>A task ready to be asked: its documents with their requests, and what scores the answers.</summary>
/// <param name="Task">The task, the profile applied.</param>
/// <param name="OriginalCount">Rows of the evaluation split.</param>
/// <param name="NumFewshot">Shots given to each document.</param>
/// <param name="GenerationKwargs">The generation options as they stand in results; null where nothing is generated.</param>
/// <param name="Generation">The same as an engine is asked.</param>
/// <param name="Templates">The task's templates.</param>
/// <param name="ChoicesAreQuestions">Whether the choices are the questions and the reference is the continuation.</param>
/// <param name="MultipleTargets">Whether a document may have several right answers.</param>
internal sealed record TaskPlan(
    BenchmarkTask Task, int OriginalCount, int NumFewshot, PythonDictionary? GenerationKwargs, GenerationOptions? Generation,
    DocumentTemplates Templates, bool ChoicesAreQuestions, bool MultipleTargets)
{
    public IReadOnlyList<FilterPipeline> Pipelines { get; } = [.. (Task.FilterList ?? [FilterPipeline.Default]).Select(f => new FilterPipeline(f))];

    public IReadOnlyList<TaskMetric> Metrics { get; } = MetricCatalog.For(Task);

    /// <summary>Documents in the order of the file.</summary>
    public IReadOnlyList<PlannedDocument> Documents { get; init; } = [];

    /// <summary>What ends a model's reasoning; null where nothing is generated or reasoning is not told apart.</summary>
    public ReasoningMarker? Reasoning => Generation?.Reasoning;

    public bool RunsPrograms => Metrics.Any(m => m.RunsPrograms);

    /// <summary>What a document's right choice is read from.</summary>
    public PythonValue Gold(PlannedDocument document) => ChoicesAreQuestions ? Templates.Text(document.Source.Document) : document.Target;

    public bool Has(string metric) => Metrics.Any(m => m.Name == metric);
}
