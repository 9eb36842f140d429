using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Evaluation.Filters;
using TaskArithmetic.Evaluation.Metrics;
using TaskArithmetic.Evaluation.Prompts;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>A task ready to be asked: its documents with their requests, and what scores the answers.</summary>
internal sealed record TaskPlan
{
    /// <summary>The task, the profile applied.</summary>
    public required BenchmarkTask Task { get; init; }

    /// <summary>Rows of the evaluation split.</summary>
    public required int OriginalCount { get; init; }

    /// <summary>Shots given to each document.</summary>
    public required int NumFewshot { get; init; }

    /// <summary>The generation options as they stand in results; null where nothing is generated.</summary>
    public required PythonDictionary? GenerationKwargs { get; init; }

    /// <summary>What ends a model's reasoning; null where nothing is generated or reasoning is not told apart.</summary>
    public ReasoningMarker? Reasoning { get; init; }

    /// <summary>The task's templates.</summary>
    public required DocumentTemplates Templates { get; init; }

    /// <summary>Whether the choices are the questions and the reference is the continuation.</summary>
    public required bool ChoicesAreQuestions { get; init; }

    /// <summary>Whether a document may have several right answers.</summary>
    public required bool MultipleTargets { get; init; }

    /// <summary>Filter pipelines in order.</summary>
    public required IReadOnlyList<FilterPipeline> Pipelines { get; init; }

    /// <summary>Metrics in order.</summary>
    public required IReadOnlyList<TaskMetric> Metrics { get; init; }

    /// <summary>Documents in the order of the file.</summary>
    public required IReadOnlyList<PlannedDocument> Documents { get; init; }

    /// <summary>Whether scoring runs programs.</summary>
    public bool RunsPrograms => Metrics.Any(m => m.Name == MetricCatalog.PassAtK);
}
