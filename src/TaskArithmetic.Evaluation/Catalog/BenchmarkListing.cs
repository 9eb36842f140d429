using TaskArithmetic.Evaluation.Benchmarks;
namespace TaskArithmetic.Evaluation.Catalog;

/// <summary>One line of the list of benchmarks.</summary>
/// <param name="Name">What to ask for.</param>
/// <param name="Kind"><c>task</c>, <c>group</c> or <c>tag</c>.</param>
/// <param name="Source">The file that defines it, or <c>built-in</c>.</param>
/// <param name="OutputType">How it asks; null for groups and tags.</param>
/// <param name="NumFewshot">Shots of a task; null where it does not say, and for groups and tags.</param>
/// <param name="Metrics">Metrics of a task, or those that a group aggregates.</param>
/// <param name="Members">Tasks and groups of a group or tag, by name.</param>
/// <param name="RunsPrograms">Whether scoring runs programs that the model wrote.</param>
public sealed record BenchmarkListing(
    string Name, string Kind, string Source, string? OutputType, int? NumFewshot, IReadOnlyList<string> Metrics, IReadOnlyList<string> Members, bool RunsPrograms)
{
    /// <summary>The line of a file; null where the file is faulty.</summary>
    internal static BenchmarkListing? Of(string name, TaskFile file, IReadOnlyDictionary<string, TaskFile> entries)
    {
        var source = file.IsBuiltIn ? "built-in" : file.Path;
        if (file.IsGroup)
        {
            return new GroupFileParser(entries, []).Parse(name, file) is { } group
                ? new BenchmarkListing(
                    name, "group", source, null, null, [.. group.Metrics.Select(m => m.Metric).Distinct()],
                    [.. group.Tasks.Select(t => t.Name), .. group.Groups.Select(g => g.Name)], group.AllTasks.Any(t => t.UnsafeCode))
                : null;
        }
        return new TaskFileParser([]).Parse(file) is { } task
            ? new BenchmarkListing(
                name, "task", source, OutputTypes.NameOf(task.OutputType), task.NumFewshot, [.. Evaluation.Metrics.MetricCatalog.For(task).Select(m => m.Name)], [], task.UnsafeCode)
            : null;
    }

    internal static BenchmarkListing OfTag(string tag, IReadOnlyList<string> members) => new(tag, "tag", "", null, null, [], members, false);
}
