using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace TaskArithmetic.Faults.Tests.Kills;

/// <summary>The tool as a process that is killed (SIGKILL), at a time or at a system call.</summary>
internal static partial class KilledTool
{
    /// <summary>Every call that shows, hides or settles something in the file system; a question mark lets a machine lack one.</summary>
    private const string Calls = "?rename,?renameat,?renameat2,?fsync,?fdatasync,?link,?linkat,?unlink,?unlinkat,?rmdir,?mkdir,?mkdirat";

    private static readonly Lazy<string?> StraceProblem = new(FindStraceProblem);

    /// <summary>Why no system calls can be watched here; null where they can.</summary>
    public static string? WithoutStrace => StraceProblem.Value;

    /// <summary>Runs the tool to its end.</summary>
    public static (TimeSpan Duration, string Error, int ExitCode) Run(KillFolder folder, IEnumerable<string> arguments)
    {
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(StartInfo(folder, "dotnet", [Library, .. arguments]))!;
        var error = ReadToEnd(process);
        process.WaitForExit();
        return (clock.Elapsed, error, process.ExitCode);
    }

    /// <summary>Runs the tool to a good end.</summary>
    /// <exception cref="InvalidDataException">It comes to another.</exception>
    public static void Require(KillFolder folder, IReadOnlyList<string> arguments)
    {
        if (Run(folder, arguments) is { ExitCode: not 0 } failed)
            throw new InvalidDataException($"{string.Join(' ', arguments)}: exit code {failed.ExitCode}: {failed.Error}");
    }

    /// <summary>Kills the tool after a while.</summary>
    /// <returns>Whether it was still at work.</returns>
    public static bool KillAfter(KillFolder folder, IEnumerable<string> arguments, TimeSpan delay)
    {
        using var process = Process.Start(StartInfo(folder, "dotnet", [Library, .. arguments]))!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (process.WaitForExit(delay))
            return false;
        process.Kill();
        process.WaitForExit();
        return process.ExitCode != 0;
    }

    /// <summary>The calls of a whole run that touch the folder, each as the how-many-eth of its kind it is in its thread.</summary>
    public static IReadOnlyList<(string Call, int Number)> CallsOf(KillFolder folder, IEnumerable<string> arguments)
    {
        var log = folder["calls.log"];
        using (var process = Process.Start(StartInfo(folder, "strace", ["-f", "-y", "-s", "4096", "-o", log, "-e", $"trace={Calls}", "dotnet", Library, .. arguments]))!)
        {
            ReadToEnd(process);
            process.WaitForExit();
        }
        var counts = new Dictionary<(string Thread, string Call), int>();
        var points = new List<(string, int)>();
        foreach (var match in File.ReadLines(log).Select(l => CallLine().Match(l)).Where(m => m.Success))
        {
            var key = (match.Groups["thread"].Value, match.Groups["call"].Value);
            counts[key] = counts.GetValueOrDefault(key) + 1;
            if (match.Groups["arguments"].Value.Contains(folder[""], StringComparison.Ordinal))
                points.Add((key.Item2, counts[key]));
        }
        return [.. points.Distinct()];
    }

    /// <summary>Kills the tool when a thread enters a call for the n-th time; the call itself does not happen.</summary>
    /// <returns>Whether it came to that.</returns>
    public static bool KillAtCall(KillFolder folder, IEnumerable<string> arguments, (string Call, int Number) point)
    {
        string[] inject = ["-f", "-o", "/dev/null", "-e", $"trace={point.Call}", "-e", string.Create(CultureInfo.InvariantCulture, $"inject={point.Call}:signal=SIGKILL:when={point.Number}")];
        using var process = Process.Start(StartInfo(folder, "strace", [.. inject, "dotnet", Library, .. arguments]))!;
        ReadToEnd(process);
        process.WaitForExit();
        return process.ExitCode != 0;
    }

    private static string Library
    {
        get
        {
            var own = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(own.Parent!.Parent!.FullName, "TaskArithmetic.Tool", own.Name, "TaskArithmetic.Tool.dll");
        }
    }

    private static ProcessStartInfo StartInfo(KillFolder folder, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Working,
            Environment =
            {
                ["TASKARITHMETIC_CACHE"] = folder.Cache,
                // Killed runtimes would leave their debugger's pipes in the machine's temporary folder.
                ["DOTNET_EnableDiagnostics"] = "0",
            },
        };
        start.Environment.Remove("GITHUB_STEP_SUMMARY");
        return start;
    }

    private static string ReadToEnd(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        return output.GetAwaiter().GetResult() + error;
    }

    private static string? FindStraceProblem()
    {
        if (!OperatingSystem.IsLinux())
            return "system calls are watched on Linux only";
        try
        {
            using var process = Process.Start(new ProcessStartInfo("strace", ["-f", "-o", "/dev/null", "-e", "inject=?rename:signal=SIGKILL:when=1", "true"]) { RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"strace cannot watch processes here: {error.Trim()}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "strace is not installed";
        }
    }

    [GeneratedRegex(@"^(?<thread>\d+) +(?<call>[a-z0-9]+)\((?<arguments>.*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex CallLine();
}
