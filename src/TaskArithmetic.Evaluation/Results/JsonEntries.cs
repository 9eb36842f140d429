using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Results;

/// <summary>Entries of a JSON object in the order in which they are added: <c>new JsonEntries { ["a"] = 1 }</c>.</summary>
internal sealed class JsonEntries : System.Collections.IEnumerable
{
    private readonly OrderedDictionary<string, JinjaValue> entries = new(StringComparer.Ordinal);

    public JinjaValue? this[string key]
    {
        set => entries[key] = value ?? JinjaNone.Instance;
    }

    public JinjaDictionary ToDictionary() => new(entries);

    public System.Collections.IEnumerator GetEnumerator() => entries.GetEnumerator();

    public static implicit operator JinjaValue(JsonEntries entries) => entries.ToDictionary();

    /// <summary>A list of texts.</summary>
    public static JinjaList Texts(IEnumerable<string> texts) => new(texts.Select(t => (JinjaValue)t));

    /// <summary>A number, or <c>N/A</c>.</summary>
    public static JinjaValue NumberOrNotAvailable(double? number) => number is { } value ? value : "N/A";

    /// <summary>A number, or null.</summary>
    public static JinjaValue NumberOrNull(double? number) => number is { } value ? value : JinjaNone.Instance;
}
