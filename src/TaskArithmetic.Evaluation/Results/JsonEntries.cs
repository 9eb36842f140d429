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

    public PythonDictionary ToDictionary() => new(entries);

    public System.Collections.IEnumerator GetEnumerator() => entries.GetEnumerator();

    public static implicit operator PythonValue(JsonEntries entries) => entries.ToDictionary();

    public static PythonList Texts(IEnumerable<string> texts) => new(texts.Select(t => (PythonValue)t));

    public static PythonValue NumberOrNotAvailable(double? number) => number is { } value ? value : "N/A";

    public static PythonValue NumberOrNull(double? number) => number is { } value ? value : PythonNone.Instance;
}
