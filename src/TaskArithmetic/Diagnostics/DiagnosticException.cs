namespace TaskArithmetic.Diagnostics;

/// <summary>Work was refused or failed for reasons the user can act on; all known problems are listed at once.</summary>
public sealed class DiagnosticException : Exception
{
    /// <summary>Creates the exception from one finding.</summary>
    public DiagnosticException(Diagnostic diagnostic)
        : this([diagnostic])
    {
    }

    /// <summary>Creates the exception from one finding and what caused it.</summary>
    public DiagnosticException(Diagnostic diagnostic, Exception? innerException)
        : this([diagnostic], innerException)
    {
    }

    /// <summary>Creates the exception from all findings; at least one must be an error.</summary>
    public DiagnosticException(IReadOnlyList<Diagnostic> diagnostics)
        : this(diagnostics, null)
    {
    }

    /// <summary>Creates the exception from all findings and what caused them; at least one must be an error.</summary>
    public DiagnosticException(IReadOnlyList<Diagnostic> diagnostics, Exception? innerException)
        : base(string.Join(Environment.NewLine, diagnostics.Select(d => $"{d.Code}: {Printable.Of(d.Message)}")), innerException)
    {
        Diagnostics = diagnostics;
    }

    /// <summary>Every finding, errors and warnings, in the order they were made.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }
}
