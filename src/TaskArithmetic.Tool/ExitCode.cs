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

    /// <summary>Errors outside TA0xxx that better input cannot mend: a full disk, no sandbox, an endpoint that does not answer.</summary>
    private static readonly string[] EnvironmentCodes = ["TA3005", "TA4102", "TA4104", "TA4151", "TA4152", "TA4153", "TA4154", "TA4155", "TA4157"];

    /// <summary>What was asked for was judged and is not so: a gate's requirement, a file that provenance describes.</summary>
    private static readonly string[] JudgedCodes = ["TA3006", "TA3007", "TA4200", "TA4201", "TA4202", "TA4203"];

    /// <summary>The code for errors; the worst kind decides.</summary>
    public static int For(IEnumerable<Diagnostic> diagnostics)
    {
        var codes = diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.Code).ToList();
        if (codes.Any(c => c.StartsWith("TA0", StringComparison.Ordinal) || EnvironmentCodes.Contains(c)))
            return Environment;
        return codes.Count > 0 && codes.All(JudgedCodes.Contains) ? GateFailed : Refused;
    }
}
