namespace TaskArithmetic.Evaluation.Benchmarks;

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
