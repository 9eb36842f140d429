using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using YamlDotNet.RepresentationModel;

namespace TaskArithmetic.Evaluation.Catalog;

/// <summary>
/// Reads a task file and what it includes. An included file gives top-level keys only: later includes go before earlier
/// ones, and the including file before all of them.
/// </summary>
internal sealed class TaskFileReader(ITaskFolder folder, List<Diagnostic> problems)
{
    private const int MostFiles = 200;

    private int files;

    /// <summary>The file, or null with the problems reported.</summary>
    public TaskFile? Read(string path) => Read(path, includedFrom: null, []);

    private TaskFile? Read(string path, TaskSetting? includedFrom, List<string> chain)
    {
        if (chain.Contains(path))
        {
            problems.Add(BenchmarkDiagnostics.IncludeCycle(includedFrom!.Place, [.. chain, path]));
            return null;
        }
        // Files that include one another twice double with every level.
        if (++files > MostFiles)
        {
            if (files == MostFiles + 1)
                problems.Add(BenchmarkDiagnostics.TooManyFiles(includedFrom!.Place, $"with its includes it reads more than {MostFiles} files"));
            return null;
        }
        if (Parse(path, includedFrom) is not { } root)
            return null;
        var own = new OrderedDictionary<string, TaskSetting>(StringComparer.Ordinal);
        foreach (var (key, value) in YamlValues.Entries(root))
        {
            var name = key is YamlScalarNode scalar ? scalar.Value ?? "" : key.ToString();
            own[name] = new TaskSetting(name, value, path, key.Start.Line);
        }
        var merged = new OrderedDictionary<string, TaskSetting>(StringComparer.Ordinal);
        if (own.Remove("include", out var include))
        {
            foreach (var name in IncludeNames(include))
            {
                if (files > MostFiles)
                    break;
                if (Read(Resolve(path, name), include, [.. chain, path]) is not { } included)
                    continue;
                foreach (var (key, setting) in included.Settings.Where(s => s.Key != "task_list"))
                    merged[key] = setting;
            }
        }
        foreach (var (key, setting) in own)
            merged[key] = setting;
        return new TaskFile(path, folder.IsBuiltIn, merged);
    }

    private YamlMappingNode? Parse(string path, TaskSetting? includedFrom)
    {
        string? text;
        try
        {
            text = folder.Read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problems.Add(BenchmarkDiagnostics.TaskFileUnreadable(path, e.Message, includedFrom?.Place));
            return null;
        }
        if (text is null)
        {
            problems.Add(BenchmarkDiagnostics.TaskFileMissing(path, includedFrom?.Place));
            return null;
        }
        try
        {
            return YamlDocument.Parse(path, text);
        }
        catch (DiagnosticException e)
        {
            problems.AddRange(e.Diagnostics);
            return null;
        }
    }

    /// <summary>A name that no path can be made of stays as it is, and is reported when it is read.</summary>
    private string Resolve(string path, string name)
    {
        try
        {
            return folder.Resolve(path, name);
        }
        catch (ArgumentException)
        {
            return name;
        }
    }

    private IEnumerable<string> IncludeNames(TaskSetting include)
    {
        var nodes = include.Value is YamlSequenceNode list ? list.Children : [include.Value];
        foreach (var node in nodes)
        {
            if (node is YamlScalarNode { Value: { Length: > 0 } name })
                yield return name;
            else
                problems.Add(BenchmarkDiagnostics.WrongValue(include.Place, "include", "a file name or a list of file names"));
        }
    }
}
