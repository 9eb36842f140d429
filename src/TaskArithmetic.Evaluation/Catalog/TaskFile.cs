using YamlDotNet.RepresentationModel;

namespace TaskArithmetic.Evaluation.Catalog;

/// <summary>A task or group file after its includes: top-level keys in order, each with its place.</summary>
internal sealed record TaskFile(string Path, bool IsBuiltIn, OrderedDictionary<string, TaskSetting> Settings)
{
    /// <summary>The same with other keys laid over it.</summary>
    public TaskFile With(IEnumerable<TaskSetting> overrides)
    {
        var settings = new OrderedDictionary<string, TaskSetting>(Settings);
        foreach (var setting in overrides)
            settings[setting.Key] = setting;
        return this with { Settings = settings };
    }

    /// <summary>The same without some keys.</summary>
    public TaskFile Without(params ReadOnlySpan<string> keys)
    {
        var settings = new OrderedDictionary<string, TaskSetting>(Settings);
        foreach (var key in keys)
            settings.Remove(key);
        return this with { Settings = settings };
    }
}

/// <summary>One top-level key of a task file, with the place where it stands.</summary>
internal sealed record TaskSetting(string Key, YamlNode Value, string File, long Line)
{
    public string Place => $"{File}({Line})";
}
