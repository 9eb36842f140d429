using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Tool;

/// <summary>The coded errors of the command line itself.</summary>
internal static class ToolDiagnostics
{
    /// <summary>What messages name when no project stands behind the call.</summary>
    public const string Origin = "taskarithmetic";

    public static Diagnostic Usage(string message) => Diagnostic.Error(
        "TA2023", $"{message.TrimEnd('.')}. Run 'dotnet taskarithmetic --help' for the options.");

    public static Diagnostic BadBenchmark(string text, string reason) => Diagnostic.Error(
        "TA2024", $"benchmark '{text}': {reason}. Write NAME|FILE[,limit=N][,num-fewshot=N][,min-score=X][,max-regression=PP][,require-improvement=true][,metric=NAME].");

    public static Diagnostic UnknownEngine(string engine) => Diagnostic.Error(
        "TA2025", $"engine '{engine}' is neither 'torch' nor the http(s) address of an OpenAI-compatible server.");

    public static Diagnostic GateWithoutMetric(string benchmark, string? metric) => Diagnostic.Error(
        "TA4208", $"{benchmark}: has no per-item score between 0 and 1{(metric is null ? "" : $" named '{metric}'")} that a gate could look at. Name one of its metrics with metric=NAME, or drop the requirement.");

    public static Diagnostic GateWithoutBaseline(string benchmark) => Diagnostic.Error(
        "TA2024", $"benchmark '{benchmark}': max-regression and require-improvement compare with a baseline. Name one with --baseline.");
}
