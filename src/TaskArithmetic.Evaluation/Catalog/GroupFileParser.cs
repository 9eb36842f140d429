using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using YamlDotNet.RepresentationModel;

namespace TaskArithmetic.Evaluation.Catalog;

/// <summary>
/// Turns a group file into a <see cref="BenchmarkGroup"/>. Members are names, or mappings that name a task and change some of
/// its keys, or define a task or group in place. Task keys of the group itself apply to every member.
/// </summary>
internal sealed class GroupFileParser(IReadOnlyDictionary<string, TaskFile> entries, List<Diagnostic> problems)
{
    private static readonly string[] GroupKeys = ["group", "group_alias", "task", "aggregate_metric_list", "metadata", "tag", "include"];

    private const int MostMembers = 10_000;
    private const int MostDepth = 64;

    private readonly List<string> chain = [];
    private int members;

    /// <summary>The group, or null with the problems reported.</summary>
    public BenchmarkGroup? Parse(string name, TaskFile file) => Parse(name, file, []);

    private BenchmarkGroup? Parse(string name, TaskFile file, IReadOnlyList<TaskSetting> overrides)
    {
        if (chain.Contains(name))
        {
            problems.Add(BenchmarkDiagnostics.GroupCycle(name));
            return null;
        }
        if (chain.Count == MostDepth)
        {
            problems.Add(BenchmarkDiagnostics.TooManyFiles(file.Path, $"groups lie more than {MostDepth} deep in one another"));
            return null;
        }
        chain.Add(name);
        var before = problems.Count;
        var reader = new SettingReader(file.Settings, problems);
        reader.RefusePython();
        reader.RefuseUnknown("a group", [.. GroupKeys, .. TaskFileParser.TaskKeys]);
        var shared = file.Settings.Values.Where(s => !GroupKeys.Contains(s.Key)).Concat(overrides).ToArray();
        var tasks = new List<BenchmarkTask>();
        var groups = new List<BenchmarkGroup>();
        foreach (var member in ((YamlSequenceNode)file.Settings["task"].Value).Children)
        {
            // Groups that name one another twice double with every level.
            if (++members > MostMembers)
            {
                if (members == MostMembers + 1)
                    problems.Add(BenchmarkDiagnostics.TooManyFiles(file.Path, $"the group '{chain[0]}' has more than {MostMembers} members"));
                break;
            }
            AddMember(name, file, member, shared, tasks, groups);
        }
        var group = new BenchmarkGroup(name, reader.Text("group_alias"), tasks, groups, Metrics(reader), reader.Mapping("metadata")?.Find("version"));
        chain.Remove(name);
        return problems.Count > before ? null : group;
    }

    private void AddMember(
        string group, TaskFile file, YamlNode member, IReadOnlyList<TaskSetting> shared, List<BenchmarkTask> tasks, List<BenchmarkGroup> groups)
    {
        if (member is YamlScalarNode { Value: { Length: > 0 } name })
        {
            AddNamed(group, name, shared, tasks, groups);
            return;
        }
        if (member is not YamlMappingNode mapping)
        {
            problems.Add(BenchmarkDiagnostics.WrongValue($"{file.Path}({member.Start.Line})", "task", "a list of names or mappings"));
            return;
        }
        var own = TaskSetting.Of(mapping, file.Path).ToList();
        if (own.Find(s => s.Key == "group")?.Name is { } groupName && own.Exists(s => s.Key == "task"))
        {
            if (Parse($"{group}::{groupName}", new TaskFile(file.Path, file.IsBuiltIn, []).With(own), shared) is { } inner)
                groups.Add(inner);
            return;
        }
        if ((own.Find(s => s.Key is "task") ?? own.Find(s => s.Key is "group"))?.Name is not { } taskName)
        {
            problems.Add(BenchmarkDiagnostics.MissingKey($"{file.Path}({member.Start.Line})", "the key task or group"));
            return;
        }
        TaskSetting[] changes = [.. shared, .. own.Where(s => s.Key is not ("task" or "group"))];
        if (entries.ContainsKey(taskName))
            AddNamed(group, taskName, changes, tasks, groups);
        else if (new TaskFileParser(problems).Parse(new TaskFile(file.Path, file.IsBuiltIn, []).With(shared).With(own)) is { } task)
            tasks.Add(task with { Name = $"{group}::{task.Name}", Alias = task.Alias ?? task.Name });
    }

    private void AddNamed(string group, string name, IReadOnlyList<TaskSetting> changes, List<BenchmarkTask> tasks, List<BenchmarkGroup> groups)
    {
        var found = BenchmarkCatalog.Find(entries, name);
        foreach (var (known, file) in found)
        {
            if (file.IsGroup && Parse(known, file, changes) is { } inner)
                groups.Add(inner);
            else if (!file.IsGroup && new TaskFileParser(problems).Parse(file.With(changes)) is { } task)
                tasks.Add(task);
        }
        if (found.Count == 0)
            problems.Add(BenchmarkDiagnostics.UnknownMember(group, name, NearestName.Find(name, entries.Keys)));
    }

    private List<GroupMetric> Metrics(SettingReader group)
    {
        var metrics = new List<GroupMetric>();
        foreach (var (place, reader) in group.Mappings("aggregate_metric_list"))
        {
            reader.RefusePython();
            reader.RefuseUnknown("aggregate_metric_list", ["metric", "aggregation", "weight_by_size", "filter_list"]);
            if (reader.Text("metric") is not { } metric)
            {
                problems.Add(BenchmarkDiagnostics.MissingKey(place.Place, "metric in every entry of aggregate_metric_list"));
                continue;
            }
            if (reader.Text("aggregation") is { } aggregation && aggregation != "mean")
                reader.Wrong(reader.Find("aggregation")!, "mean");
            metrics.Add(new GroupMetric(metric, reader.Texts("filter_list"), reader.Boolean("weight_by_size") ?? true));
        }
        return metrics;
    }
}
