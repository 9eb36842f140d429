using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Data;

/// <summary>JSON as <c>json.dumps(value, indent=…, ensure_ascii=False)</c> writes it: hashes and result files depend on every byte.</summary>
internal static class PythonJson
{
    /// <summary>The value with null for what JSON has no number for: Python would write NaN, which is no JSON.</summary>
    public static PythonValue Finite(PythonValue value) => value switch
    {
        PythonFloat { Value: var number } when !double.IsFinite(number) => PythonNone.Instance,
        PythonSequence sequence => new PythonList(sequence.Items.Select(Finite)),
        PythonDictionary dictionary => new PythonDictionary(dictionary.Entries.Select(e => KeyValuePair.Create(e.Key, Finite(e.Value)))),
        _ => value,
    };

    /// <summary>The value as JSON.</summary>
    /// <param name="value">A value of texts, numbers, lists and dictionaries.</param>
    /// <param name="indent">Spaces of one level; null writes one line.</param>
    public static string Write(PythonValue value, int? indent = null) => JsonWriter.Write(
        new PythonBudget(PythonLimits.None), value,
        new JsonStyle(EnsureAscii: false, indent is { } width ? new string(' ', width) : null, indent is null ? ", " : ",", ": ", SortKeys: false));
}
