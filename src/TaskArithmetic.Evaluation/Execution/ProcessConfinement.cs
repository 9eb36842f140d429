using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TaskArithmetic.Evaluation.Execution;

/// <summary>
/// No sandbox: a plain process of the user with resource limits, for users who said <see cref="CodeExecution.Unsafe"/>.
/// Where there is no POSIX shell (Windows) even the limits are absent.
/// </summary>
/// <param name="python">The Python to run.</param>
/// <param name="limits">The limits of each program.</param>
internal sealed class ProcessConfinement(PythonInterpreter python, ProgramLimits limits) : IConfinement
{
    // Inherited by everything the program starts, so that what left its process group is found as well.
    private const string Mark = "TASKARITHMETIC_PROGRAM_RUN";
    private const int Kill = 9;

    public string Name => "unsafe";

    public void Prepare(string folder)
    {
    }

    public ProcessStartInfo CreateStartInfo(string folder, string run)
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(python.Path, RunnerScript.Arguments)
            : new ProcessStartInfo("/bin/sh", [.. ResourceLimitScript.ShellArguments(limits, limitThreads: false), python.Path, .. RunnerScript.Arguments]);
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
        }
        else
        {
            // The runner leads its own session; before it got that far the group does not exist and the call fails,
            // which is why the process itself is killed as well.
            _ = SendSignal(-process.Id, Kill);
            if (!process.HasExited)
                process.Kill();
            KillMarked(run);
        }
        await process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Kills what carries the run's mark, again and again until a look finds nothing: it may be forking meanwhile.</summary>
    private static void KillMarked(string run)
    {
        var mark = System.Text.Encoding.ASCII.GetBytes($"{Mark}={run}\0");
        bool found;
        do
        {
            found = false;
            foreach (var folder in Directory.Exists("/proc") ? Directory.EnumerateDirectories("/proc") : [])
            {
                if (!int.TryParse(Path.GetFileName(folder), out var id) || !Carries(Path.Combine(folder, "environ"), mark))
                    continue;
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
