using System.Diagnostics;
using System.Globalization;

namespace TaskArithmetic.Benchmarks.WholeMerge;

/// <summary>
/// Seconds of a whole merge against the floor: reading the three inputs and writing one output of the same size with plain read and
/// write, both flushed to disk. Runs alternate, the page cache is warm, ratios are formed pair by pair.
/// Usage: <c>whole-merge [0.5B|1.5B ...] [--runs N] [--dir FOLDER]</c>.
/// </summary>
internal static class WholeMergeComparison
{
    public const string ChildVerb = "merge-child";

    private static readonly string[] Models = ["target", "sft", "grpo"];

    public static int Run(string[] args)
    {
        var runs = int.Parse(Option(args, "--runs") ?? "5", CultureInfo.InvariantCulture);
        var root = Option(args, "--dir") ?? Path.GetTempPath();
        var wanted = ModelShape.All.Where(s => args.Contains(s.Name)).ToList();
        Console.WriteLine($"{Environment.ProcessorCount} processors, .NET {Environment.Version}, {runs} pairs of runs, medians [min, max]");
        foreach (var shape in wanted.Count > 0 ? wanted : ModelShape.All)
        {
            var folder = Directory.CreateDirectory(Path.Combine(root, $"taskarithmetic-whole-merge-{Environment.ProcessId}")).FullName;
            try
            {
                Compare(shape, folder, runs);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        return 0;
    }

    private static void Compare(ModelShape shape, string folder, int runs)
    {
        for (var i = 0; i < Models.Length; i++)
            SyntheticModel.Write(Path.Combine(folder, Models[i]), shape, seed: i + 2);
        Floor(folder);
        var (cold, _) = Merge(folder);
        var (floors, merges, ratios, peaks) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < runs; i++)
        {
            var floor = Floor(folder);
            var (seconds, peak) = Merge(folder);
            floors.Add(floor);
            merges.Add(seconds);
            ratios.Add(seconds / floor);
            peaks.Add(peak / (1024.0 * 1024));
        }
        Console.WriteLine($"shape {shape.Name}: output {new FileInfo(Path.Combine(folder, "target", "model.safetensors")).Length / 1e9:0.00} GB");
        Console.WriteLine($"  floor                     {Summary(floors)} s");
        Console.WriteLine($"  merge                     {Summary(merges)} s");
        Console.WriteLine($"  ratio merge / floor       {Summary(ratios)}");
        Console.WriteLine($"  peak anonymous memory     {Summary(peaks)} MiB");
        Console.WriteLine($"  first merge, inputs never hashed before: {cold:0.00} s");
    }

    private static double Floor(string folder)
    {
        var output = Path.Combine(folder, "floor.bin");
        File.Delete(output);
        var buffer = new byte[1 << 20];
        var watch = Stopwatch.StartNew();
        foreach (var model in Models[1..])
        {
            using var input = File.OpenHandle(WeightsOf(folder, model));
            for (long offset = 0; RandomAccess.Read(input, buffer, offset) is > 0 and var read;)
                offset += read;
        }
        using (var input = File.OpenHandle(WeightsOf(folder, Models[0])))
        using (var written = File.OpenHandle(output, FileMode.CreateNew, FileAccess.Write))
        {
            for (long offset = 0; RandomAccess.Read(input, buffer, offset) is > 0 and var read;)
            {
                RandomAccess.Write(written, buffer.AsSpan(0, read), offset);
                offset += read;
            }
            RandomAccess.FlushToDisk(written);
        }
        var seconds = watch.Elapsed.TotalSeconds;
        File.Delete(output);
        return seconds;
    }

    private static (double Seconds, long PeakAnonymous) Merge(string folder)
    {
        var output = Path.Combine(folder, "merged");
        if (Directory.Exists(output))
            Directory.Delete(output, recursive: true);
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [ChildVerb, folder, output, Path.Combine(folder, "cache")]) { RedirectStandardOutput = true })!;
        long peak = 0;
        do
            peak = Math.Max(peak, AnonymousMemory(child.Id));
        while (!child.WaitForExit(TimeSpan.FromMilliseconds(5)));
        if (child.ExitCode != 0)
            throw new InvalidOperationException($"the merge ended with exit code {child.ExitCode}");
        return (double.Parse(child.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture), peak);
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

    private static string WeightsOf(string folder, string model) => Path.Combine(folder, model, "model.safetensors");

    private static string Summary(List<double> values)
    {
        var sorted = values.Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Count / 2]:0.00} [{sorted[0]:0.00}, {sorted[^1]:0.00}]");
    }

    private static string? Option(string[] args, string name)
    {
        var index = Array.IndexOf(args, name);
        return index >= 0 && index + 1 < args.Length ? args[index + 1] : null;
    }
}
