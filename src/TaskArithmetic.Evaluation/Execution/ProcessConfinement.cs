using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace TaskArithmetic.Evaluation.Execution;

/// <summary>
/// No sandbox: a plain process of the user with resource limits, for users who said <see cref="CodeExecution.Unsafe"/>,
/// below a supervisor that ends what it leaves. Where there is no POSIX shell (Windows) even the limits are absent.
/// </summary>
internal sealed class ProcessConfinement(PythonInterpreter python, ProgramLimits limits) : IConfinement
{
    // Inherited by what the program starts: a second way to find it where the program has killed its supervisor.
    private const string Mark = "TASKARITHMETIC_PROGRAM_RUN";
    private const int Terminate = 15, Kill = 9;

    // The supervisor needs milliseconds; on a machine that a program has filled with processes it may take long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public string Name => "unsafe";

    public ProcessStartInfo CreateStartInfo(string folder, string run, RunnerScript script)
    {
        var command = script.Arguments(run);
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(python.Path, command)
            : new ProcessStartInfo(python.Path, RunnerScript.Supervisor.Arguments(
                ["/bin/sh", .. limits.ShellArguments(limitThreads: false), python.Path, .. command]));
        start.WorkingDirectory = folder;
        if (!OperatingSystem.IsWindows())
        {
            start.Environment.Clear();
            start.Environment["PATH"] = "/usr/bin:/bin";
        }
        start.Environment[Mark] = run;
        return start;
    }

    public async Task EndAsync(Process process, string run)
    {
        if (OperatingSystem.IsWindows())
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            return;
        }
        // The supervisor ends by itself when all else has ended.
        if (!process.HasExited)
            _ = SendSignal(process.Id, Terminate);
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        KillMarked(run);
    }

    /// <summary>Kills what carries the run's mark, again and again until a look finds nothing: it may be forking meanwhile.</summary>
    private static void KillMarked(string run)
    {
        var mark = Encoding.ASCII.GetBytes($"{Mark}={run}\0");
        bool found;
        do
        {
            found = false;
            foreach (var folder in Directory.Exists("/proc") ? Directory.EnumerateDirectories("/proc") : [])
            {
                if (int.TryParse(Path.GetFileName(folder), out var id) && Carries(Path.Combine(folder, "environ"), mark))
                    found |= SendSignal(id, Kill) == 0;
            }
        }
        while (found);
    }

    private static bool Carries(string environment, byte[] mark)
    {
        try
        {
            return File.ReadAllBytes(environment).AsSpan().IndexOf(mark) >= 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // Ended meanwhile, or another user's.
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int process, int signal);
}
