using System.Globalization;
using System.Runtime.Intrinsics;
using TaskArithmetic.Kernels;

namespace TaskArithmetic.Benchmarks.WholeMerge;

/// <summary>
/// Seconds of whole merges, processes from start to end, against the floor: reading the three inputs and writing one output of the same size with plain
/// read and write. Rounds alternate between all of them; ratios are formed within a round. <c>whole-merge.sh</c> starts it with the packed tool.
/// Usage: <c>whole-merge --tool TaskArithmetic.Tool.dll [--shape 0.5B|1.5B] [--runs N] [--inputs FOLDER] [--dir FOLDER] [--methods NAMES] [--torch PYTHON]</c>.
/// </summary>
internal static class WholeMergeComparison
{
    private static readonly string[] Models = ["target", "sft", "grpo"];

    public static int Run(string[] args)
    {
        var runs = int.Parse(Option(args, "--runs") ?? "5", CultureInfo.InvariantCulture);
        var shape = ModelShape.All.Single(s => s.Name == (Option(args, "--shape") ?? "0.5B"));
        var name = $"taskarithmetic-whole-merge-{Environment.ProcessId}";
        var place = Directory.CreateDirectory(Path.Combine(Option(args, "--dir") ?? Path.GetTempPath(), name)).FullName;
        var inputs = Directory.CreateDirectory(Path.Combine(Option(args, "--inputs") ?? Path.GetTempPath(), name, "models")).FullName;
        try
        {
            for (var i = 0; i < Models.Length; i++)
                SyntheticModel.Write(Path.Combine(inputs, Models[i]), shape, seed: i + 2);
            PrintMachine(inputs, place, runs);
            var tool = new ToolRun(Path.GetFullPath(Option(args, "--tool") ?? throw new ArgumentException("--tool names TaskArithmetic.Tool.dll.")), inputs, place);
            new Rounds(Contestants(args, tool, inputs, place), runs).Run();
            return 0;
        }
        finally
        {
            Directory.Delete(place, recursive: true);
            Directory.Delete(Path.GetDirectoryName(inputs)!, recursive: true);
        }
    }

    private static List<Contestant> Contestants(string[] args, ToolRun tool, string inputs, string place)
    {
        var output = Path.Combine(place, "floor.bin");
        var all = new List<Contestant>
        {
            new("floor: read three, write one", () => PlainCopy.Run(Models.Select(m => Path.Combine(inputs, m, "model.safetensors")), output)),
            new("digests remembered, --no-cache", () => tool.Pair("0.7", "--no-cache", "--cache-dir", tool.WarmCache)) { Prepare = tool.Clean },
            new("digests remembered, result into the cache", tool.NewAlpha) { Prepare = tool.Clean },
            new("first merge: nothing hashed, result into the cache", () => tool.Pair("0.7", "--cache-dir", tool.ColdCache)) { Prepare = tool.Clean },
            new("first merge, --no-cache", () => tool.Pair("0.7", "--no-cache", "--cache-dir", tool.ColdCache)) { Prepare = tool.Clean },
        };
        foreach (var method in (Option(args, "--methods") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
            all.Add(new($"{method}, digests remembered, --no-cache", () => tool.Method(method)) { Prepare = tool.Clean });
        if (Option(args, "--torch") is { } python)
        {
            var script = Path.Combine(AppContext.BaseDirectory, "torch_merge.py");
            all.Add(new("ten lines of torch", () => ChildProcess.Run(python, [script, inputs, Path.Combine(place, "torch.safetensors")])) { Prepare = tool.Clean });
        }
        return all;
    }

    private static void PrintMachine(string inputs, string place, int runs)
    {
        var model = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            : null;
        Console.WriteLine($"{model ?? "processor unknown"}, {Environment.ProcessorCount} cores, {SimdWidths.Widest} (AVX-512 {(Vector512.IsHardwareAccelerated ? "on" : "off")}), .NET {Environment.Version}");
        Console.WriteLine($"inputs in {Path.GetPathRoot(inputs)}… on {FileSystemOf(inputs)}, output on {FileSystemOf(place)}; medians [fastest, slowest] of {runs} rounds");
    }

    /// <summary>On tmpfs nothing is remembered, as writes through mappings leave no trace there: inputs that shall be remembered lie elsewhere.</summary>
    private static string FileSystemOf(string folder) =>
        new DriveInfo(folder) is { IsReady: true } drive ? drive.DriveFormat : "an unknown file system";

    private static string? Option(string[] args, string name)
    {
        var index = Array.IndexOf(args, name);
        return index >= 0 && index + 1 < args.Length ? args[index + 1] : null;
    }
}
