using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Results;

/// <summary>Entries of a JSON object in the order in which they are added: <c>new JsonEntries { ["a"] = 1 }</c>.</summary>
internal sealed class JsonEntries : System.Collections.IEnumerable
{
    private readonly OrderedDictionary<string, PythonValue> entries = new(StringComparer.Ordinal);

    public PythonValue? this[string key]
    {
        set => entries[key] = value ?? PythonNone.Instance;
    }

    /// <summary>The same without what is unset.</summary>
    public JsonEntries WithoutNulls()
    {
        foreach (var key in entries.Where(e => e.Value is PythonNone).Select(e => e.Key).ToList())
            entries.Remove(key);
        return this;
    }

    public PythonDictionary ToDictionary() => new(entries);

    public System.Collections.IEnumerator GetEnumerator() => entries.GetEnumerator();

    public static implicit operator PythonValue(JsonEntries entries) => entries.ToDictionary();

    public static PythonList Texts(IEnumerable<string> texts) => new(texts.Select(t => (PythonValue)t));

    public static PythonValue NumberOrNotAvailable(double? number) => number is { } value ? value : "N/A";

    public static PythonValue NumberOrNull(double? number) => number is { } value ? value : PythonNone.Instance;

    public static PythonValue ListOrNull<T>(IEnumerable<T>? items, Func<T, PythonValue> write) => items is null ? PythonNone.Instance : new PythonList(items.Select(write));
}
