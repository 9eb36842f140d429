using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>The result of a run.</summary>
/// <param name="Options">The options of the run.</param>
/// <param name="Engine">The engine's name.</param>
/// <param name="EngineIdentity">The digest of all that decided the answers.</param>
/// <param name="MaxLength">The model's context length in tokens.</param>
/// <param name="EndOfSequenceText">Text of the end-of-sequence token, or null.</param>
/// <param name="Tasks">Tasks in the order asked for.</param>
/// <param name="Groups">Groups asked for, inner ones after outer ones.</param>
/// <param name="NotComparableBecause">Why scores do not compare with lm-evaluation-harness; empty if they do.</param>
/// <param name="Warnings">Warnings of the run.</param>
/// <param name="Started">When the run started.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="ProgramExecutor">How programs were run, or null.</param>
public sealed record BenchmarkRunResult(
    BenchmarkRunOptions Options, string Engine, string EngineIdentity, int MaxLength, string? EndOfSequenceText, IReadOnlyList<TaskResult> Tasks,
    IReadOnlyList<GroupResult> Groups, IReadOnlyList<string> NotComparableBecause, IReadOnlyList<Diagnostic> Warnings, DateTimeOffset Started,
    TimeSpan Duration, string? ProgramExecutor = null);
