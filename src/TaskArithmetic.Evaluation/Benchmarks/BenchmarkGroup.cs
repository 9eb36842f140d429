using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>Tasks and groups that are reported together.</summary>
/// <param name="Name">The name, <c>group</c> in the file.</param>
/// <param name="Alias">The name shown in tables; null shows <paramref name="Name"/>.</param>
/// <param name="Tasks">Tasks of this group itself, in order.</param>
/// <param name="Groups">Groups within this group, in order.</param>
/// <param name="Metrics">Scores of the group; none if empty.</param>
/// <param name="Version">The group's version, or null.</param>
public sealed record BenchmarkGroup(
    string Name, string? Alias, IReadOnlyList<BenchmarkTask> Tasks, IReadOnlyList<BenchmarkGroup> Groups,
    IReadOnlyList<GroupMetric> Metrics, PythonValue? Version)
{
    /// <summary>The name shown in tables.</summary>
    public string DisplayName => Alias ?? Name;

    /// <summary>Every task of the group and of the groups within it.</summary>
    public IEnumerable<BenchmarkTask> AllTasks => Tasks.Concat(Groups.SelectMany(g => g.AllTasks));

    /// <summary>This group and every group within it, outer ones first.</summary>
    public IEnumerable<BenchmarkGroup> AllGroups => Groups.SelectMany(g => g.AllGroups).Prepend(this);
}
