using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>The result of a run.</summary>
public sealed record BenchmarkRunResult
{
    /// <summary>The options of the run.</summary>
    public required BenchmarkRunOptions Options { get; init; }

    /// <summary>The engine's name.</summary>
    public required string Engine { get; init; }

    /// <summary>The digest of all that decided the answers.</summary>
    public required string EngineIdentity { get; init; }

    /// <summary>The model's context length in tokens.</summary>
    public required int MaxLength { get; init; }

    /// <summary>Text of the end-of-sequence token, or null.</summary>
    public required string? EndOfSequenceText { get; init; }

    /// <summary>How programs were run, or null.</summary>
    public string? ProgramExecutor { get; init; }

    /// <summary>Tasks in the order asked for.</summary>
    public required IReadOnlyList<TaskResult> Tasks { get; init; }

    /// <summary>Groups asked for, inner ones after outer ones.</summary>
    public required IReadOnlyList<GroupResult> Groups { get; init; }

    /// <summary>Why scores do not compare with lm-evaluation-harness; empty if they do.</summary>
    public required IReadOnlyList<string> NotComparableBecause { get; init; }

    /// <summary>Warnings of the run.</summary>
    public required IReadOnlyList<Diagnostic> Warnings { get; init; }

    /// <summary>When the run started.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }
}
