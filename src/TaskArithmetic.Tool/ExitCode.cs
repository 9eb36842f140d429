using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Tool;

/// <summary>What the process answers to scripts.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>A gate failed, or an output is not what its provenance says.</summary>
    public const int GateFailed = 1;

    /// <summary>Usage or input was refused.</summary>
    public const int Refused = 2;

    /// <summary>The benchmarks cannot tell, and the caller asked to hear that.</summary>
    public const int Inconclusive = 3;

    /// <summary>Engine or environment.</summary>
    public const int Environment = 4;

    /// <summary>Stopped by the user, as shells have it.</summary>
    public const int Cancelled = 130;

    /// <summary>The code for errors; the worst kind decides: a machine that cannot work, then input, then a judgement.</summary>
    public static int For(IEnumerable<Diagnostic> diagnostics)
    {
        var kinds = diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.Kind).ToHashSet();
        if (kinds.Contains(DiagnosticKind.Environment))
            return Environment;
        if (kinds.Count == 0 || kinds.Contains(DiagnosticKind.Input))
            return Refused;
        return kinds.Contains(DiagnosticKind.Judged) ? GateFailed : Inconclusive;
    }
}
