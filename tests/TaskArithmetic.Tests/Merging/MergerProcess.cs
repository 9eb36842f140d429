using System.Diagnostics;

namespace TaskArithmetic.Tests.Merging;

/// <summary>A real child process that merges and that a test may kill.</summary>
internal sealed class MergerProcess : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "TaskArithmetic.Tests.Merger.dll");

    private readonly Process process;

    private MergerProcess(Process process) => this.process = process;

    public static MergerProcess Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        return new MergerProcess(Process.Start(start)!);
    }

    public bool HasExited => process.HasExited;

    /// <summary>Waits until the work has begun.</summary>
    public void WaitUntilMerging()
    {
        while (process.StandardOutput.ReadLine() is { } line && line != "merging")
        {
        }
    }

    /// <summary>Kills the process (SIGKILL) after a while unless it has ended by then.</summary>
    public void KillAfter(TimeSpan delay)
    {
        if (!process.WaitForExit(delay))
            process.Kill();
        process.WaitForExit();
    }

    /// <summary>Waits for a good end.</summary>
    /// <returns>The lines not read yet.</returns>
    public IReadOnlyList<string> Finish()
    {
        var errors = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return process.ExitCode == 0 ? lines : throw new InvalidOperationException(errors.Result);
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }
}
