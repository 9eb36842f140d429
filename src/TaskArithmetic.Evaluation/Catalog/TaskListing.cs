using YamlDotNet.RepresentationModel;

namespace TaskArithmetic.Evaluation.Catalog;

/// <summary>
/// What a file defines: one task, one group, or, with <c>task_list</c>, several tasks that share the file's other keys.
/// A file without a name is there to be included.
/// </summary>
internal static class TaskListing
{
    public static IEnumerable<(string Name, TaskFile Definition)> Definitions(TaskFile file)
    {
        if (file.Settings.TryGetValue("group", out var group) && file.Settings.TryGetValue("task", out var members)
            && members.Value is YamlSequenceNode && group.Value is YamlScalarNode { Value: { } groupName })
        {
            yield return (groupName, file);
            yield break;
        }
        if (file.Settings.TryGetValue("task", out var task) && task.Value is YamlScalarNode { Value: { Length: > 0 } name })
            yield return (name, file.Without("task_list"));
        if (!file.Settings.TryGetValue("task_list", out var list) || list.Value is not YamlSequenceNode entries)
            yield break;
        foreach (var entry in entries.Children.OfType<YamlMappingNode>())
        {
            var overrides = Overrides(entry, file.Path);
            if (overrides.Find(s => s.Key == "task")?.Value is YamlScalarNode { Value: { Length: > 0 } entryName })
                yield return (entryName, file.Without("task_list").With(overrides));
        }
    }

    /// <summary>The keys of a mapping as settings to lay over a task.</summary>
    public static List<TaskSetting> Overrides(YamlMappingNode mapping, string file) =>
        [.. YamlValues.Entries(mapping)
            .Select(e => new TaskSetting(((e.Key as YamlScalarNode)?.Value) ?? e.Key.ToString(), e.Value, file, e.Key.Start.Line))];
}
