using System.Diagnostics;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tool.Tests;

/// <summary>A folder in which the tool runs as a process of its own, with a cache of its own.</summary>
internal sealed class ToolFolder : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>Variables laid over those of this process.</summary>
    public Dictionary<string, string?> Environment { get; } = [];

    /// <summary>Where the tool is started; the folder itself unless set.</summary>
    public string? WorkingFolder { get; init; }

    public string Path => folder.Path;

    public string Cache => folder["cache"];

    public string this[params string[] parts] => folder[parts];

    /// <summary>Runs the tool to its end.</summary>
    public async Task<ToolResult> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        return await EndAsync(process);
    }

    /// <summary>Starts the tool.</summary>
    public Process Start(params string[] arguments) => Process.Start(StartInfo("dotnet", [Library("TaskArithmetic.Tool"), .. arguments]))!;

    /// <summary>Starts the tool so that Ctrl-C reaches it even where the tests themselves run in the background, which ignores it.</summary>
    public Process StartInterruptible(params string[] arguments) =>
        Process.Start(StartInfo("env", ["--default-signal=INT", "dotnet", Library("TaskArithmetic.Tool"), .. arguments]))!;

    /// <summary>Hears a started tool to its end.</summary>
    public static async Task<ToolResult> EndAsync(Process process)
    {
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new ToolResult(process.ExitCode, await output, await error);
    }

    /// <summary>The program of another project, built beside this one in the same configuration: artifacts/bin/PROJECT/CONFIGURATION.</summary>
    public static string Library(string project)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        return System.IO.Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, project + ".dll");
    }

    public void Dispose() => folder.Dispose();

    private ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = WorkingFolder ?? Path,
            Environment = { ["TASKARITHMETIC_CACHE"] = Cache },
        };
        start.Environment.Remove("GITHUB_STEP_SUMMARY");
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        return start;
    }
}
