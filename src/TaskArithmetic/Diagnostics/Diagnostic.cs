namespace TaskArithmetic.Diagnostics;

/// <summary>One coded finding: what happened, where, and what to do.</summary>
/// <param name="Code">The stable code, <c>TA</c> and four digits; docs/diagnostics.md has an entry for each.</param>
/// <param name="Severity">Whether the work goes on.</param>
/// <param name="Message">One line: what happened, where (file, tensor, offset) and what to do.</param>
public sealed record Diagnostic(string Code, DiagnosticSeverity Severity, string Message)
{
    /// <summary>An error of the given code.</summary>
    public static Diagnostic Error(string code, string message) => new(code, DiagnosticSeverity.Error, message);

    /// <summary>A warning of the given code.</summary>
    public static Diagnostic Warning(string code, string message) => new(code, DiagnosticSeverity.Warning, message);

    /// <summary>
    /// The canonical form that MSBuild and editors parse: <c>origin: error TA2001: message</c>.
    /// Line breaks in the message are replaced by spaces, since the form is one line.
    /// </summary>
    /// <param name="origin">The file or program the finding is about.</param>
    public string ToCanonicalString(string origin) =>
        $"{origin}: {(Severity == DiagnosticSeverity.Error ? "error" : "warning")} {Code}: {Message.ReplaceLineEndings(" ")}";
}
