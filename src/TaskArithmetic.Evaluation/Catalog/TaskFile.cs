using YamlDotNet.RepresentationModel;

namespace TaskArithmetic.Evaluation.Catalog;

/// <summary>A task or group file after its includes: top-level keys in order, each with its place.</summary>
internal sealed record TaskFile(string Path, bool IsBuiltIn, OrderedDictionary<string, TaskSetting> Settings)
{
    public bool IsGroup => Settings.ContainsKey("group") && Settings.TryGetValue("task", out var task) && task.Value is YamlSequenceNode;

    /// <summary>Names that select its task together with others.</summary>
    public IReadOnlyList<string> Tags => new SettingReader(Settings, []).Texts("tag") ?? [];

    /// <summary>
    /// What the file defines: one task, one group, or, with <c>task_list</c>, several tasks that share the file's other keys. A file without
    /// a name is there to be included.
    /// </summary>
    public IEnumerable<(string Name, TaskFile Definition)> Definitions()
    {
        if (IsGroup && Settings["group"].Name is { } group)
        {
            yield return (group, this);
            yield break;
        }
        var alone = With([]);
        alone.Settings.Remove("task_list");
        if (Settings.TryGetValue("task", out var task) && task.Name is { Length: > 0 } name)
            yield return (name, alone);
        if (!Settings.TryGetValue("task_list", out var list) || list.Value is not YamlSequenceNode entries)
            yield break;
        foreach (var entry in entries.Children.OfType<YamlMappingNode>().Select(e => TaskSetting.Of(e, Path).ToList()))
        {
            if (entry.Find(s => s.Key == "task")?.Name is { Length: > 0 } entryName)
                yield return (entryName, alone.With(entry));
        }
    }

    /// <summary>The same with other keys laid over it.</summary>
    public TaskFile With(IEnumerable<TaskSetting> overrides)
    {
        var settings = new OrderedDictionary<string, TaskSetting>(Settings, StringComparer.Ordinal);
        foreach (var setting in overrides)
            settings[setting.Key] = setting;
        return this with { Settings = settings };
    }
}

/// <summary>One key of a task file, with the place where it stands.</summary>
internal sealed record TaskSetting(string Key, YamlNode Value, string File, long Line)
{
    public string Place => $"{File}({Line})";

    /// <summary>The value where it is a single one, such as a name.</summary>
    public string? Name => (Value as YamlScalarNode)?.Value;

    public static IEnumerable<TaskSetting> Of(YamlMappingNode mapping, string file) =>
        YamlValues.Entries(mapping).Select(e => new TaskSetting(e.Key is YamlScalarNode scalar ? scalar.Value ?? "" : e.Key.ToString(), e.Value, file, e.Key.Start.Line));
}
