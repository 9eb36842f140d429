using System.Diagnostics;
using System.Globalization;

namespace TaskArithmetic.Benchmarks.WholeMerge;

/// <summary>A program, measured from its start to its end.</summary>
internal static class ChildProcess
{
    /// <exception cref="InvalidOperationException">The program failed.</exception>
    public static Measured Run(string program, IEnumerable<string> arguments)
    {
        var watch = Stopwatch.StartNew();
        using var child = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = child.StandardError.ReadToEndAsync();
        var lines = child.StandardOutput.ReadToEndAsync();
        long peak = 0;
        var processor = TimeSpan.Zero;
        do
        {
            peak = Math.Max(peak, AnonymousMemory(child.Id));
            processor = ProcessorTime(child) ?? processor;
        }
        while (!child.WaitForExit(TimeSpan.FromMilliseconds(10)));
        var seconds = watch.Elapsed.TotalSeconds;
        if (child.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with exit code {child.ExitCode}: {lines.Result}{errors.Result}");
        return new Measured(seconds, processor.TotalSeconds, peak);
    }

    /// <summary>Processor time so far; null once the process has ended, which loses what it did since the last look.</summary>
    private static TimeSpan? ProcessorTime(Process process)
    {
        try
        {
            return process.TotalProcessorTime;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>RssAnon of a process in bytes; 0 once it has ended, and on systems without /proc.</summary>
    private static long AnonymousMemory(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("RssAnon:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1], CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
