using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace TaskArithmetic.Build;

/// <summary>One <c>Benchmark</c>: a name that the tool knows, or a task file.</summary>
internal sealed class BenchmarkItem
{
    private static readonly (string Metadata, string Key)[] Numbers =
        [("Limit", "limit"), ("NumFewshot", "num-fewshot"), ("MinScore", "min-score"), ("MaxRegression", "max-regression")];

    private static readonly string[] Extensions = [".yaml", ".yml", ".json", ".jsonl"];

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
                BuildDiagnostics.BadMetadata(log, item, metadata, value, "a number");
        }
        var parts = Numbers.Select(n => (n.Key, Value: item.GetMetadata(n.Metadata).Trim())).ToList();
        parts.Add(("metric", item.GetMetadata("Metric").Trim()));
        parts.Add(("require-improvement", Switch.IsOn(item, "RequireImprovement", log) ? "true" : ""));
        return new BenchmarkItem(file, (file ?? item.ItemSpec) + string.Concat(parts.Where(p => p.Value.Length > 0).Select(p => $",{p.Key}={p.Value}")));
    }

    /// <summary>The task file with the task and data files beside it, which it may include and read: a change of any runs the benchmark again.</summary>
    public IEnumerable<string> Files() => File is null
        ? []
        : Directory.Exists(Path.GetDirectoryName(File))
            ? Directory.EnumerateFiles(Path.GetDirectoryName(File)!).Where(f => Extensions.Contains(Path.GetExtension(f).ToLowerInvariant())).OrderBy(f => f, StringComparer.Ordinal)
            : [File];

    /// <summary>Whether it is for a model: one without <c>Model</c> metadata is for every model.</summary>
    public static bool IsFor(ITaskItem item, string model)
    {
        var names = MergeRequest.ModelsOf(item);
        return names.Count == 0 || names.Contains(model);
    }
}
