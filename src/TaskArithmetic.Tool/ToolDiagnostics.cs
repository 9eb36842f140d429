using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Tool;

/// <summary>The coded errors of the command line itself.</summary>
internal static class ToolDiagnostics
{
    /// <summary>What messages name when no project stands behind the call.</summary>
    public const string Origin = "taskarithmetic";

    public static Diagnostic Usage(string message) => Diagnostic.Error(
        "TA2023", $"{message.TrimEnd('.')}. Run 'dotnet taskarithmetic --help' for the options.");
}
