using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Execution;

/// <summary>TA4100 to TA4149: running programs that a model wrote.</summary>
internal static class ExecutionDiagnostics
{
    public static Diagnostic NotAllowed() => Diagnostic.Warning("TA4100",
        "The benchmark runs programs that the model wrote, which is off; it is skipped, not scored 0. Allow it with --allow-code-execution sandbox. The answers are kept, so they can be scored elsewhere.");

    public static Diagnostic NoPython() => Diagnostic.Warning("TA4101",
        "No python3 was found on PATH or in the system's folders, so programs cannot run; the benchmark is skipped, not scored 0. Install Python 3.8 or newer.");

    public static Diagnostic NoSandbox(IReadOnlyList<string> problems) => Diagnostic.Error("TA4102",
        $"No sandbox works here ({string.Join("; ", problems)}). Install bubblewrap, or rootless podman with a local Python image.{Hint(problems)}", DiagnosticKind.Environment);

    public static Diagnostic Unsafe() => Diagnostic.Warning("TA4103",
        "Programs that the model wrote run as you, with your files and network (--allow-code-execution unsafe). Prefer sandbox.");

    public static Diagnostic PythonUnusable(string path, string problem) => Diagnostic.Error("TA4104",
        $"{path} does not run programs: {problem}. Python 3.8 or newer is needed.", DiagnosticKind.Environment).At(file: path);

    private static string Hint(IReadOnlyList<string> problems) =>
        problems.Any(p => p.Contains("setting up uid map", StringComparison.Ordinal)
                       || p.Contains("RTM_NEWADDR", StringComparison.Ordinal)
                       || p.Contains("creating new namespace", StringComparison.OrdinalIgnoreCase)
                       || p.Contains("No permissions to create", StringComparison.OrdinalIgnoreCase))
            ? " The system forbids unprivileged user namespaces: on Ubuntu 23.10 and newer give bwrap an AppArmor profile with the userns rule (or set kernel.apparmor_restrict_unprivileged_userns=0); in a container start it with a seccomp profile that allows them."
            : "";
}
