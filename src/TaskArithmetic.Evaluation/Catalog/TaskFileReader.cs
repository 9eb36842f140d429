using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using YamlDotNet.RepresentationModel;

namespace TaskArithmetic.Evaluation.Catalog;

/// <summary>
/// Reads a task file and what it includes. An included file gives top-level keys only: later includes go before earlier
/// ones, and the including file before all of them.
/// </summary>
internal sealed class TaskFileReader(TaskFolder folder, List<Diagnostic> problems)
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
        var own = new TaskFile(path, folder.IsBuiltIn, []).With(TaskSetting.Of(root, path)).Settings;
        var merged = new TaskFile(path, folder.IsBuiltIn, []);
        if (own.Remove("include", out var include))
        {
            foreach (var name in IncludeNames(include))
            {
                if (files > MostFiles)
                    break;
                if (Read(folder.Resolve(path, name), include, [.. chain, path]) is { } included)
                    merged = merged.With(included.Settings.Values.Where(s => s.Key != "task_list"));
            }
        }
        return merged.With(own.Values);
    }

    private YamlMappingNode? Parse(string path, TaskSetting? includedFrom)
    {
        try
        {
            if (folder.Read(path) is { } text)
                return YamlDocument.Parse(path, text);
            problems.Add(BenchmarkDiagnostics.TaskFileMissing(path, includedFrom?.Place));
        }
        catch (DiagnosticException e)
        {
            problems.AddRange(e.Diagnostics);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problems.Add(BenchmarkDiagnostics.TaskFileUnreadable(path, e.Message, includedFrom?.Place));
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
