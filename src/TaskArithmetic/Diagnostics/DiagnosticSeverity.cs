namespace TaskArithmetic.Diagnostics;

/// <summary>How much a diagnostic matters.</summary>
public enum DiagnosticSeverity
{
    /// <summary>The work goes on; the user should know.</summary>
    Warning,

    /// <summary>The work is refused.</summary>
    Error,
}
