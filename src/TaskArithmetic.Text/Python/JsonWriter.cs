using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace TaskArithmetic.Text.Python;

/// <summary>The keyword arguments of <c>json.dumps</c>.</summary>
/// <param name="EnsureAscii">Whether characters beyond ASCII are escaped.</param>
/// <param name="Indent">The text of one level of indentation, or null for one line.</param>
/// <param name="ItemSeparator">Between items.</param>
/// <param name="KeySeparator">Between a key and its value.</param>
/// <param name="SortKeys">Whether dictionaries are written in the order of their keys.</param>
internal sealed record JsonStyle(bool EnsureAscii, string? Indent, string ItemSeparator, string KeySeparator, bool SortKeys);

/// <summary>Writes values as CPython's <c>json.dumps</c> does.</summary>
internal sealed class JsonWriter(PythonBudget budget, JsonStyle style)
{
    private readonly StringBuilder text = new();

    public static string Write(PythonBudget budget, PythonValue value, JsonStyle style)
    {
        var writer = new JsonWriter(budget, style);
        writer.Value(value, 0);
        return writer.text.ToString();
    }

    private void Value(PythonValue value, int depth)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw PythonError.Value("Circular reference detected");
        budget.Step();
        switch (value)
        {
            case PythonString content:
                String(content.Value);
                break;
            case PythonSequence sequence:
                Container('[', ']', sequence.Items, item => Value(item, depth + 1), depth);
                break;
            case PythonDictionary dictionary:
                var entries = style.SortKeys ? Comparison.Sort(budget, dictionary.Mutable, e => e.Key, reverse: false) : dictionary.Mutable.AsEnumerable();
                Container('{', '}', entries, entry => Entry(entry.Key, entry.Value, depth + 1), depth);
                break;
            default:
                budget.Append(text, Scalar(value) ?? throw PythonError.Type($"Object of type {value.TypeName} is not JSON serializable"));
                break;
        }
    }

    private void Entry(PythonValue key, PythonValue value, int depth)
    {
        String(key is PythonString name ? name.Value : Scalar(key) ?? throw PythonError.Type($"keys must be str, int, float, bool or None, not {key.TypeName}"));
        budget.Append(text, style.KeySeparator);
        Value(value, depth);
    }

    private static string? Scalar(PythonValue value) => value switch
    {
        PythonNone => "null",
        PythonBoolean boolean => boolean.Value ? "true" : "false",
        PythonFloat { Value: var number } when !double.IsFinite(number) => double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity",
        PythonInteger or PythonFloat => value.ToString(),
        _ => null,
    };

    private void Container<T>(char open, char close, IEnumerable<T> items, Action<T> write, int depth)
    {
        text.Append(open);
        var isEmpty = true;
        foreach (var item in items)
        {
            if (!isEmpty)
                budget.Append(text, style.ItemSeparator);
            isEmpty = false;
            BreakLine(depth + 1);
            write(item);
        }
        if (!isEmpty)
            BreakLine(depth);
        text.Append(close);
    }

    private void BreakLine(int depth)
    {
        if (style.Indent is null)
            return;
        text.Append('\n');
        budget.Append(text, style.Indent, depth);
    }

    private void String(string value)
    {
        budget.Charge(value.Length);
        text.Append('"');
        foreach (var c in value)
        {
            if (EscapedLetters.IndexOf(c) is >= 0 and var place)
                text.Append('\\').Append("\"\\nrtbf"[place]);
            else if (c < ' ' || (c >= '\x7f' && style.EnsureAscii))
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                text.Append(c);
        }
        text.Append('"');
    }

    private const string EscapedLetters = "\"\\\n\r\t\b\f";
}
