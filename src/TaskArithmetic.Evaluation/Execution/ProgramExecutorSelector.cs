using System.Diagnostics;

namespace TaskArithmetic.Evaluation.Execution;

/// <summary>
/// Chooses how programs run. A sandbox is used only after it has run a program: its presence says little, since kernels
/// and distributions restrict user namespaces in many ways.
/// </summary>
public static class ProgramExecutorSelector
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Finds an executor for what the user allows; TA4100 to TA4104 say why there is none, or warn.</summary>
    public static async Task<ProgramExecutorSelection> SelectAsync(ProgramExecutionOptions options, CancellationToken cancellationToken) =>
        options.Allowed switch
        {
            CodeExecution.Sandbox => await SelectSandboxAsync(options, cancellationToken),
            CodeExecution.Unsafe => await SelectUnsafeAsync(options, cancellationToken),
            _ => new(null, [ExecutionDiagnostics.NotAllowed()]),
        };

    private static async Task<ProgramExecutorSelection> SelectUnsafeAsync(ProgramExecutionOptions options, CancellationToken cancellationToken)
    {
        var pythons = await PythonLocator.FindAsync(options.SearchPath, cancellationToken);
        if (pythons.Count == 0)
            return new(null, [ExecutionDiagnostics.NoPython()]);
        var (executor, problem) = await ProbeAsync(new ProcessConfinement(pythons[0], options.Limits), options, cancellationToken);
        return executor is null
            ? new(null, [ExecutionDiagnostics.PythonUnusable(pythons[0].Path, problem)])
            : new(executor, [ExecutionDiagnostics.Unsafe()]);
    }

    private static async Task<ProgramExecutorSelection> SelectSandboxAsync(ProgramExecutionOptions options, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var pythons = await PythonLocator.FindAsync(options.SearchPath, cancellationToken);
        await foreach (var confinement in SandboxesAsync(options, pythons, problems, cancellationToken))
        {
            var (executor, problem) = await ProbeAsync(confinement, options, cancellationToken);
            if (executor is not null)
                return new(executor, []);
            problems.Add($"{confinement.Name}: {problem}");
        }
        // A machine that could sandbox but has no Python is not set up wrongly; it just cannot score this benchmark.
        return pythons.Count == 0 && ExecutablePath.Find("bwrap", options.SearchPath) is not null
            ? new(null, [ExecutionDiagnostics.NoPython()])
            : new(null, [ExecutionDiagnostics.NoSandbox(problems)]);
    }

    private static async IAsyncEnumerable<IConfinement> SandboxesAsync(
        ProgramExecutionOptions options, IReadOnlyList<PythonInterpreter> pythons, List<string> problems,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsLinux() && ExecutablePath.Find("bwrap", options.SearchPath) is { } bubblewrap)
        {
            var help = await CommandResult.RunAsync(new ProcessStartInfo(bubblewrap, ["--help"]), Patience, cancellationToken);
            var canSize = (help.Output + help.Error).Contains("--size", StringComparison.Ordinal);
            // A system Python first: nothing outside /usr has to be shown to the program then.
            foreach (var python in pythons.OrderBy(python => !BubblewrapConfinement.IsBelowUsr(python.Prefix)))
            {
                // Root's programs run as nobody where that works, since the limit of threads does not bind root.
                if (Environment.IsPrivilegedProcess && ExecutablePath.Find("setpriv", options.SearchPath) is { } setPrivileges)
                    yield return new BubblewrapConfinement(bubblewrap, setPrivileges, canSize, python, options.Limits);
                yield return new BubblewrapConfinement(bubblewrap, null, canSize, python, options.Limits);
            }
        }
        else
        {
            problems.Add("bubblewrap: not found");
        }

        foreach (var (name, question) in ((string, string[])[])[
            ("podman", ["info", "--format", "{{.Host.Security.Rootless}}"]), ("docker", ["info", "--format", "{{.SecurityOptions}}"])])
        {
            if (ExecutablePath.Find(name, options.SearchPath) is not { } client)
            {
                problems.Add($"{name}: not found");
                continue;
            }
            var answer = await CommandResult.RunAsync(new ProcessStartInfo(client, question), Patience, cancellationToken);
            if (answer.ExitCode != 0)
                problems.Add($"{name}: {LastLine(answer.Error)}");
            else if (!answer.Output.Contains("rootless", StringComparison.Ordinal) && answer.Output.Trim() != "true")
                problems.Add($"{name}: not rootless");
            else
                yield return new ContainerConfinement(name, client, options.ContainerImage, options.Limits);
        }
    }

    /// <summary>Runs one program that must pass and one that must not, and reads the version of the Python behind them.</summary>
    private static async Task<(ProgramExecutor? Executor, string Problem)> ProbeAsync(
        IConfinement confinement, ProgramExecutionOptions options, CancellationToken cancellationToken)
    {
        const string trivial = "import sys\nprint('%d.%d.%d' % sys.version_info[:3], flush=True)\n";
        const string early = "raise SystemExit(0)\n";
        var probe = new ProgramExecutor(confinement, options.Limits, 1, "");
        var outcomes = await probe.ExecuteAsync([trivial, early], cancellationToken);
        if (!outcomes[0].Passed)
            return (null, $"a trivial program did not pass ({outcomes[0].Reason})");
        if (outcomes[1].Passed)
            return (null, "a program that exits early passed");
        return (new ProgramExecutor(confinement, options.Limits, options.Workers, outcomes[0].Output.Trim()), "");
    }

    private static string LastLine(string text) => text.TrimEnd().Split('\n')[^1].Trim();
}
