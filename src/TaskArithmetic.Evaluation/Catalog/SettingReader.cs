using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Text.Python;
using YamlDotNet.RepresentationModel;

namespace TaskArithmetic.Evaluation.Catalog;

/// <summary>Takes typed values out of a mapping of a task file and reports what is of the wrong kind, unknown, or Python.</summary>
internal sealed class SettingReader
{
    private readonly IReadOnlyDictionary<string, TaskSetting> settings;
    private readonly List<Diagnostic> problems;

    public SettingReader(IReadOnlyDictionary<string, TaskSetting> settings, List<Diagnostic> problems)
    {
        this.settings = settings;
        this.problems = problems;
    }

    /// <summary>Reads a mapping that is the value of another key.</summary>
    public static SettingReader? Nested(TaskSetting parent, YamlNode node, List<Diagnostic> problems)
    {
        if (node is not YamlMappingNode mapping)
        {
            problems.Add(BenchmarkDiagnostics.WrongValue(parent.Place, parent.Key, "a mapping of keys to values"));
            return null;
        }
        var settings = new OrderedDictionary<string, TaskSetting>(StringComparer.Ordinal);
        foreach (var (key, value) in YamlValues.Entries(mapping))
        {
            var name = key is YamlScalarNode scalar ? scalar.Value ?? "" : key.ToString();
            settings[name] = new TaskSetting(name, value, parent.File, key.Start.Line);
        }
        return new SettingReader(settings, problems);
    }

    public IEnumerable<TaskSetting> All => settings.Values;

    public TaskSetting? Find(string key) =>
        settings.TryGetValue(key, out var setting) && !IsNull(setting) ? setting : null;

    /// <summary>Reports every key that is not among the known ones, with the nearest known one.</summary>
    public void RefuseUnknown(string where, IReadOnlyCollection<string> known)
    {
        foreach (var setting in settings.Values.Where(s => !known.Contains(s.Key)))
            problems.Add(BenchmarkDiagnostics.UnknownKey(setting.Place, where, setting.Key, NearestName.Find(setting.Key, known)));
    }

    /// <summary>Reports every <c>!function</c> in any value: it names Python code, which cannot run here.</summary>
    public void RefusePython(params ReadOnlySpan<string> pythonKeys)
    {
        foreach (var setting in settings.Values)
        {
            if (pythonKeys.Contains(setting.Key) && !IsNull(setting))
            {
                problems.Add(BenchmarkDiagnostics.NeedsPython(setting.Place, setting.Key));
                continue;
            }
            foreach (var node in setting.Value.AllNodes.OfType<YamlScalarNode>().Where(n => !n.Tag.IsEmpty && n.Tag.Value == "!function"))
                problems.Add(BenchmarkDiagnostics.NeedsPython($"{setting.File}({node.Start.Line})", $"{setting.Key}: !function {node.Value}"));
        }
    }

    public string? Text(string key)
    {
        if (Find(key) is not { } setting)
            return null;
        if (YamlValues.Read(setting.Value) is PythonString text)
            return text.Value;
        Wrong(setting, "text");
        return null;
    }

    public bool? Boolean(string key)
    {
        if (Find(key) is not { } setting)
            return null;
        if (YamlValues.Read(setting.Value) is PythonBoolean value)
            return value.Value;
        Wrong(setting, "true or false");
        return null;
    }

    public int? Count(string key)
    {
        if (Find(key) is not { } setting)
            return null;
        if (YamlValues.Read(setting.Value) is PythonInteger { Value: var value } && value >= 0 && value <= int.MaxValue)
            return (int)value;
        Wrong(setting, "a whole number of 0 or more");
        return null;
    }

    public PythonDictionary? Mapping(string key)
    {
        if (Find(key) is not { } setting)
            return null;
        if (YamlValues.Read(setting.Value) is PythonDictionary value)
            return value;
        Wrong(setting, "a mapping of keys to values");
        return null;
    }

    public IReadOnlyList<string>? Texts(string key)
    {
        if (Find(key) is not { } setting)
            return null;
        var value = YamlValues.Read(setting.Value);
        if (value is PythonString text)
            return [text.Value];
        if (value is PythonList list && list.Items.All(i => i is PythonString))
            return [.. list.Items.Select(i => i.ToString())];
        Wrong(setting, "text or a list of texts");
        return null;
    }

    /// <summary>A value of one of the given kinds.</summary>
    public PythonValue? Value(string key, string expected, Func<PythonValue, bool> accepts)
    {
        if (Find(key) is not { } setting)
            return null;
        var value = YamlValues.Read(setting.Value);
        if (accepts(value))
            return value;
        Wrong(setting, expected);
        return null;
    }

    /// <summary>The items of a list of mappings; a single mapping counts as a list of one.</summary>
    public IEnumerable<(TaskSetting Parent, SettingReader Item)> Mappings(string key)
    {
        if (Find(key) is not { } setting)
            yield break;
        if (setting.Value is not (YamlSequenceNode or YamlMappingNode))
            Wrong(setting, "a list of mappings");
        var nodes = setting.Value switch
        {
            YamlSequenceNode list => list.Children,
            YamlMappingNode one => [one],
            _ => (IEnumerable<YamlNode>)[],
        };
        foreach (var node in nodes)
        {
            var place = setting with { Line = node.Start.Line };
            if (Nested(place, node, problems) is { } item)
                yield return (place, item);
        }
    }

    public void Wrong(TaskSetting setting, string expected) =>
        problems.Add(BenchmarkDiagnostics.WrongValue(setting.Place, setting.Key, expected));

    private static bool IsNull(TaskSetting setting) =>
        setting.Value is YamlScalarNode scalar && scalar.Tag.IsEmpty && YamlValues.Read(scalar) is PythonNone;
}
