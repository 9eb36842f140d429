namespace TaskArithmetic.Diagnostics;

/// <summary>One coded finding: what happened, where, and what to do.</summary>
/// <param name="Code">The stable code, <c>TA</c> and four digits; docs/diagnostics.md has an entry for each.</param>
/// <param name="Severity">Whether the work goes on.</param>
/// <param name="Message">One line: what happened, where (file, tensor, offset) and what to do.</param>
public sealed record Diagnostic(string Code, DiagnosticSeverity Severity, string Message)
{
    /// <summary>Who can mend it; decides the exit code of the command line.</summary>
    public DiagnosticKind Kind { get; init; }

    /// <summary>The file or folder it is about, as it was given; null where there is none.</summary>
    public string? File { get; init; }

    /// <summary>The tensor it is about; null where there is none.</summary>
    public string? Tensor { get; init; }

    /// <summary>The place in <see cref="File"/>, in bytes from its start; null where none is known.</summary>
    public long? Offset { get; init; }

    /// <summary>The project item, option or benchmark that asked for it, as the user wrote it; null where there is none.</summary>
    public string? Item { get; init; }

    /// <summary>An error of the given code.</summary>
    public static Diagnostic Error(string code, string message, DiagnosticKind kind = DiagnosticKind.Input) =>
        new(code, DiagnosticSeverity.Error, message) { Kind = kind };

    /// <summary>A warning of the given code.</summary>
    public static Diagnostic Warning(string code, string message, DiagnosticKind kind = DiagnosticKind.Input) =>
        new(code, DiagnosticSeverity.Warning, message) { Kind = kind };

    /// <summary>The same finding with the place it is about; what is not given stays as it was.</summary>
    internal Diagnostic At(string? file = null, string? tensor = null, long? offset = null, string? item = null) =>
        this with { File = file ?? File, Tensor = tensor ?? Tensor, Offset = offset ?? Offset, Item = item ?? Item };

    /// <summary>
    /// The canonical form that MSBuild and editors parse: <c>origin: error TA2001: message</c>.
    /// Line breaks in the message are replaced by spaces, since the form is one line; control characters of names become visible text.
    /// </summary>
    /// <param name="origin">The file or program the finding is about.</param>
    public string ToCanonicalString(string origin) =>
        $"{Printable.Of(origin)}: {(Severity == DiagnosticSeverity.Error ? "error" : "warning")} {Code}: {Printable.Of(Message.ReplaceLineEndings(" "))}";
}
