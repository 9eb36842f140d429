using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Text.Python;
using YamlDotNet.RepresentationModel;

namespace TaskArithmetic.Evaluation.Catalog;

/// <summary>Takes typed values out of a mapping of a task file and reports what is of the wrong kind, unknown, or Python.</summary>
internal sealed class SettingReader(IReadOnlyDictionary<string, TaskSetting> settings, List<Diagnostic> problems)
{
    /// <summary>Reads a mapping that is the value of another key.</summary>
    public static SettingReader? Nested(TaskSetting parent, YamlNode node, List<Diagnostic> problems)
    {
        if (node is YamlMappingNode mapping)
            return new SettingReader(new TaskFile(parent.File, false, []).With(TaskSetting.Of(mapping, parent.File)).Settings, problems);
        problems.Add(BenchmarkDiagnostics.WrongValue(parent.Place, parent.Key, "a mapping of keys to values"));
        return null;
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

    public string? Text(string key) => (Value(key, "text", v => v is PythonString) as PythonString)?.Value;

    public bool? Boolean(string key) => (Value(key, "true or false", v => v is PythonBoolean) as PythonBoolean)?.Value;

    public int? Count(string key) =>
        Value(key, "a whole number of 0 or more", v => v is PythonInteger { Value: var n } && n >= 0 && n <= int.MaxValue) is PythonInteger count ? (int)count.Value : null;

    public PythonDictionary? Mapping(string key) => Value(key, "a mapping of keys to values", v => v is PythonDictionary) as PythonDictionary;

    public IReadOnlyList<string>? Texts(string key) =>
        Value(key, "text or a list of texts", v => v is PythonString || (v is PythonList list && list.Items.All(i => i is PythonString))) switch
        {
            PythonString text => [text.Value],
            PythonList list => [.. list.Items.Select(i => i.ToString())],
            _ => null,
        };

    /// <summary>One of several named values; the first where there is none, or a wrong one.</summary>
    public T OneOf<T>(string key, params (string Name, T Value)[] all)
    {
        if (Text(key) is not { } name)
            return all[0].Value;
        var at = Array.FindIndex(all, a => a.Name == name);
        if (at < 0)
            Wrong(Find(key)!, "one of " + string.Join(", ", all.Select(a => a.Name)));
        return all[Math.Max(at, 0)].Value;
    }

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
        var nodes = setting.Value is YamlSequenceNode list ? list.Children : setting.Value is YamlMappingNode ? [setting.Value] : (IList<YamlNode>)[];
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
