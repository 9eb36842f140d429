using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.Evaluation.Running;

namespace TaskArithmetic.Evaluation.Results;

/// <summary>Writes <c>results_TIME.json</c> and <c>samples_TASK_TIME.jsonl</c> where lm-evaluation-harness writes them.</summary>
public static partial class ResultsWriter
{
    /// <summary>A file name has at most 255 bytes; <c>.samples_…_TIME.jsonl.HEX.new</c> needs some of them for itself.</summary>
    private const int MostBytes = 170;

    /// <summary>Writes the files of a run; each is complete before it has its name.</summary>
    /// <param name="run">The run.</param>
    /// <param name="model">The model.</param>
    /// <param name="output">A folder, below which a folder with the model's name is made; or a path that ends in <c>.json</c>.</param>
    /// <returns>The paths written, the results file first.</returns>
    public static IReadOnlyList<string> Write(BenchmarkRunResult run, ModelFacts model, string output)
    {
        var isFile = output.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        var folder = isFile ? Path.GetDirectoryName(Path.GetFullPath(output))! : Path.Combine(output, Sanitize(model.Name));
        using var writing = ResultFolder.Enter(folder, CancellationToken.None);
        // Two runs of one call may start within a clock's tick; neither may write over the other.
        var stamps = Enumerable.Range(0, int.MaxValue).Select(i => run.Started.LocalDateTime.AddMicroseconds(i).ToString("yyyy-MM-ddTHH-mm-ss.ffffff", CultureInfo.InvariantCulture));
        var stamp = stamps.First(s => !Directory.EnumerateFiles(folder, $"*_{s}.json*").Any());
        var samples = run.Tasks
            .Select(task => writing.Write($"samples_{Sanitize(task.Task.Name)}_{stamp}.jsonl", file => WriteLines(file, SampleLines.Of(task).Select(line => PythonJson.Write(PythonJson.Finite(line))))))
            .ToList();
        // Last, so that whoever finds a run's results finds its samples as well.
        var results = writing.Write(
            isFile ? $"{Path.GetFileNameWithoutExtension(output)}_{stamp}.json" : $"results_{stamp}.json",
            file => WriteLines(file, [PythonJson.Write(PythonJson.Finite(ResultsDocument.Of(run, model)), indent: 2)]));
        return [results, .. samples];
    }

    /// <summary>
    /// A name as part of a path: what paths do not take becomes two underscores. Of a name longer than file systems take the end
    /// stays, which tells models apart, behind a digest of the whole.
    /// </summary>
    /// <param name="name">The name of a model or task.</param>
    public static string Sanitize(string name)
    {
        var safe = Unwanted().Replace(name, "__");
        if (Encoding.UTF8.GetByteCount(safe) <= MostBytes)
            return safe;
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16];
        var end = safe;
        while (Encoding.UTF8.GetByteCount(end) > MostBytes - digest.Length - 1)
            end = end[(char.IsSurrogatePair(end, 0) ? 2 : 1)..];
        return $"{digest}_{end}";
    }

    private static void WriteLines(Stream file, IEnumerable<string> lines)
    {
        using var writer = new StreamWriter(file, new UTF8Encoding(false), leaveOpen: true);
        foreach (var line in lines)
            writer.Write(line + "\n");
    }

    /// <summary>What lm-evaluation-harness replaces in a model's name.</summary>
    [GeneratedRegex(@"[""<>:/|\\?*\[\]]+", RegexOptions.CultureInvariant)]
    private static partial Regex Unwanted();
}
