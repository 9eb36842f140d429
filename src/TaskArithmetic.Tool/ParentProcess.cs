using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace TaskArithmetic.Tool;

/// <summary>
/// Ends a worker with the build that started it. A build that is terminated or killed has no time to end its workers, and
/// one that goes on alone would hold locks and memory, and race with the next build.
/// </summary>
internal static class ParentProcess
{
    private const int TerminationSignal = 15;

    /// <summary>Names the process to watch; set by the build's tasks.</summary>
    private const string Variable = "TASKARITHMETIC_PARENT";

    /// <summary>How long the orderly end may take that a terminated process makes of itself.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Starts watching if a build started this process.</summary>
    public static void EndWithIt()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return;
        // Programs that this one starts have this one to watch, not the build.
        Environment.SetEnvironmentVariable(Variable, null);
        new Thread(() => Watch(id)) { IsBackground = true, Name = "parent process" }.Start();
    }

    private static void Watch(int id)
    {
        try
        {
            using var parent = Process.GetProcessById(id);
            parent.WaitForExit();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended already.
        }
        if (!OperatingSystem.IsWindows() && Kill(Environment.ProcessId, TerminationSignal) == 0)
            Thread.Sleep(Patience);
        Process.GetCurrentProcess().Kill();
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
