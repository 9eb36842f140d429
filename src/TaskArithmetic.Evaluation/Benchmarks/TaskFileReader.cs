using TaskArithmetic.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>
/// Reads a task file and what it includes. An included file gives top-level keys only: later includes go before earlier
/// ones, and the including file before all of them.
/// </summary>
internal sealed class TaskFileReader(ITaskFolder folder, List<Diagnostic> problems)
{
    /// <summary>The file, or null with the problems reported.</summary>
    public TaskFile? Read(string path) => Read(path, includedFrom: null, []);

    private TaskFile? Read(string path, TaskSetting? includedFrom, List<string> chain)
    {
        if (chain.Contains(path))
        {
            problems.Add(BenchmarkDiagnostics.IncludeCycle(includedFrom!.Place, [.. chain, path]));
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
                if (Read(folder.Resolve(path, name), include, [.. chain, path]) is not { } included)
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(BenchmarkDiagnostics.TaskFileUnreadable(path, e.Message));
            return null;
        }
        if (text is null)
        {
            problems.Add(BenchmarkDiagnostics.TaskFileMissing(path, includedFrom?.Place));
            return null;
        }
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents is [{ RootNode: YamlMappingNode root }])
                return root;
            problems.Add(BenchmarkDiagnostics.TaskFileUnreadable(path, "it is not one mapping of keys to values"));
        }
        catch (YamlException e)
        {
            problems.Add(BenchmarkDiagnostics.TaskFileUnreadable($"{path}({e.Start.Line})", e.InnerException?.Message ?? e.Message));
        }
        return null;
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
