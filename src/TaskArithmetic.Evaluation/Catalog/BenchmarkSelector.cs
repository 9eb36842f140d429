using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;

namespace TaskArithmetic.Evaluation.Catalog;

/// <summary>Collects what is asked for, each task once, and reports everything that is wrong with it.</summary>
internal sealed class BenchmarkSelector(IReadOnlyDictionary<string, TaskFile> entries, IReadOnlyList<Diagnostic> unread)
{
    private readonly List<Diagnostic> problems = [];
    private readonly List<BenchmarkTask> tasks = [];
    private readonly List<BenchmarkGroup> groups = [];
    private readonly Dictionary<string, string?> owners = new(StringComparer.Ordinal);

    public void AddName(string name)
    {
        var found = BenchmarkCatalog.Find(entries, name);
        foreach (var (known, file) in found)
            AddDefinition(known, file);
        if (found.Count == 0)
            problems.Add(BenchmarkDiagnostics.UnknownBenchmark(name, NearestName.Find(name, entries.Keys)));
    }

    /// <summary>Everything that one file defines.</summary>
    public void AddFile(string path)
    {
        // Read again, so that its own problems are reported as they stand in this file alone.
        if (new TaskFileReader(TaskFolder.Disk, problems).Read(path) is not { } file)
            return;
        var definitions = file.Definitions().ToArray();
        foreach (var (name, definition) in definitions)
            AddDefinition(name, definition);
        if (definitions.Length == 0)
            problems.Add(BenchmarkDiagnostics.MissingKey(path, "the key task"));
    }

    public BenchmarkSelection Finish()
    {
        if (problems.Count == 0)
            return new BenchmarkSelection(tasks, groups);
        // A name can be unknown because the file that defines it cannot be read.
        if (problems.Exists(p => p.Code == "TA4007"))
            problems.AddRange(unread);
        throw new DiagnosticException([.. problems.Distinct()]);
    }

    private void AddDefinition(string name, TaskFile file)
    {
        if (!file.IsGroup)
        {
            if (new TaskFileParser(problems).Parse(file) is { } task)
                Add(task, null);
            return;
        }
        if (new GroupFileParser(entries, problems).Parse(name, file) is not { } group)
            return;
        groups.Add(group);
        foreach (var inner in group.AllGroups)
        {
            foreach (var task in inner.Tasks)
                Add(task, inner.Name);
        }
    }

    private void Add(BenchmarkTask task, string? group)
    {
        if (!owners.TryGetValue(task.Name, out var owner))
        {
            owners.Add(task.Name, group);
            tasks.Add(task);
        }
        else if (owner is not null && group is not null && owner != group)
        {
            problems.Add(BenchmarkDiagnostics.DuplicateTask(task.Name, owner, group));
        }
        else
        {
            owners[task.Name] ??= group;
        }
    }
}
