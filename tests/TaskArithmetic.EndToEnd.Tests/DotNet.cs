using System.Collections;
using System.Diagnostics;
using System.Text;

namespace TaskArithmetic.EndToEnd.Tests;

/// <summary>Starts <c>dotnet</c> as a user's shell would, free of what the test runner put into the environment.</summary>
internal static class DotNet
{
    /// <summary>Only for what will never end: the longest build takes a minute on an idle machine, and many times that on a busy one.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    public static string Host { get; } =
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet";

    public static DotNetResult Run(string folder, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        using var process = Start(folder, environment, arguments);
        var output = new StringBuilder();
        var reading = Task.WhenAll(Read(process.StandardOutput, output), Read(process.StandardError, output));
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"dotnet {string.Join(' ', arguments)} did not end:\n{output}");
        }
        reading.Wait();
        return new DotNetResult($"dotnet {string.Join(' ', arguments)}", process.ExitCode, output.ToString());
    }

    /// <summary>Starts it and leaves it running, its output readable.</summary>
    public static Process Start(string folder, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Host, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(e => (string)e.Key))
        {
            if (name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name.StartsWith("TESTINGPLATFORM", StringComparison.OrdinalIgnoreCase) || name is "GITHUB_STEP_SUMMARY" or "NUGET_PACKAGES")
                start.Environment.Remove(name);
        }
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_NOLOGO"] = "1";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static async Task Read(StreamReader reader, StringBuilder output)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (output)
                output.AppendLine(line);
        }
    }
}
