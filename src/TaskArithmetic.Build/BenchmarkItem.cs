using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace TaskArithmetic.Build;

/// <summary>One <c>Benchmark</c>: a name that the tool knows, or a task file.</summary>
internal sealed class BenchmarkItem
{
    private static readonly (string Metadata, string Key)[] Numbers =
        [("Limit", "limit"), ("NumFewshot", "num-fewshot"), ("MinScore", "min-score"), ("MaxRegression", "max-regression")];

    private static readonly string[] Extensions = [".yaml", ".yml", ".json", ".jsonl"];

    private const long LargestTaskFile = 1 << 20;
    private static readonly Regex Word = new(@"[^\s""',:\[\]{}#<>|*?]{1,200}\.[A-Za-z0-9]{1,10}", RegexOptions.CultureInvariant);

    private BenchmarkItem(string? file, string specification)
    {
        File = file;
        Specification = specification;
    }

    /// <summary>The task file's full path; null for a name.</summary>
    public string? File { get; }

    /// <summary>The value of the tool's <c>--benchmark</c>.</summary>
    public string Specification { get; }

    /// <summary>Reads one item, logging metadata that is not what it must be.</summary>
    public static BenchmarkItem Read(ITaskItem item, string projectDirectory, TaskLoggingHelper log)
    {
        var isFile = item.ItemSpec.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || item.ItemSpec.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);
        var file = isFile ? ModelReference.FullPath(item.ItemSpec, projectDirectory) : null;
        foreach (var (metadata, _) in Numbers)
        {
            var value = item.GetMetadata(metadata).Trim();
            if (value.Length > 0 && !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                BuildDiagnostics.BadMetadata(log, "Benchmark", item, metadata, value, "a number");
        }
        var parts = Numbers.Select(n => (n.Key, Value: item.GetMetadata(n.Metadata).Trim())).ToList();
        parts.Add(("metric", item.GetMetadata("Metric").Trim()));
        parts.Add(("require-improvement", Switch.IsOn("Benchmark", item, "RequireImprovement", log) ? "true" : ""));
        return new BenchmarkItem(file, (file ?? item.ItemSpec) + string.Concat(parts.Where(p => p.Value.Length > 0).Select(p => $",{p.Key}={p.Value}")));
    }

    /// <summary>
    /// The task file with what it may include and read: the task and data files beside it, and every file that one of them names.
    /// A change of any runs the benchmark again.
    /// </summary>
    public IEnumerable<string> Files()
    {
        if (File is null)
            return [];
        var found = new HashSet<string>(StringComparer.Ordinal) { File };
        var unread = new Queue<string>(found);
        if (Path.GetDirectoryName(File) is { } folder && Directory.Exists(folder))
            Add(Directory.EnumerateFiles(folder).Where(f => Extensions.Contains(Path.GetExtension(f).ToLowerInvariant())));
        while (unread.Count > 0)
            Add(NamedIn(unread.Dequeue()));
        return found.OrderBy(f => f, StringComparer.Ordinal);

        void Add(IEnumerable<string> files)
        {
            foreach (var file in files.Where(found.Add))
                unread.Enqueue(file);
        }
    }

    /// <summary>Files that a task file names, which are relative to it. Words are enough: one too many costs nothing.</summary>
    private static IEnumerable<string> NamedIn(string file)
    {
        var info = new FileInfo(file);
        if (!info.Exists || info.Length is 0 or > LargestTaskFile || !Path.GetExtension(file).StartsWith(".y", StringComparison.OrdinalIgnoreCase))
            return [];
        return Word.Matches(System.IO.File.ReadAllText(file)).Cast<Match>()
            .Select(word => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, word.Value)))
            .Where(System.IO.File.Exists);
    }

    /// <summary>Whether it is for a model: one without <c>Model</c> metadata is for every model.</summary>
    public static bool IsFor(ITaskItem item, string model)
    {
        var names = MergeRequest.ModelsOf(item);
        return names.Count == 0 || names.Contains(model);
    }
}
