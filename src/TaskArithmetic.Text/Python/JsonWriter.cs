using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Values;

namespace TaskArithmetic.Text.Python;

/// <summary>Writes values as CPython's <c>json.dumps</c> does.</summary>
internal sealed class JsonWriter(RenderContext context, JsonStyle style)
{
    private readonly StringBuilder text = new();

    public static string Write(RenderContext context, PythonValue value, JsonStyle style)
    {
        var writer = new JsonWriter(context, style);
        writer.Value(value, 0);
        return writer.text.ToString();
    }

    private void Value(PythonValue value, int depth)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw RenderError.Value("Circular reference detected");
        context.Step();
        var start = text.Length;
        switch (value)
        {
            case PythonString content:
                String(content.Value);
                break;
            case PythonNone or PythonBoolean or PythonInteger or PythonFloat:
                text.Append(Scalar(value));
                break;
            case PythonSequence sequence:
                Container('[', ']', sequence.Items, item => Value(item, depth + 1), depth);
                break;
            case PythonDictionary dictionary:
                Container('{', '}', Sorted(dictionary), entry => Entry(entry.Key, entry.Value, depth + 1), depth);
                break;
            default:
                throw RenderError.Type($"Object of type {value.TypeName} is not JSON serializable");
        }
        if (depth == 0 || value is PythonString)
            context.Charge(text.Length - start);
    }

    private IEnumerable<KeyValuePair<PythonValue, PythonValue>> Sorted(PythonDictionary dictionary) =>
        style.SortKeys ? Comparison.Sort(context, dictionary.Mutable, e => e.Key, reverse: false) : dictionary.Mutable;

    private void Entry(PythonValue key, PythonValue value, int depth)
    {
        String(key switch
        {
            PythonString name => name.Value,
            PythonNone or PythonBoolean or PythonInteger or PythonFloat => Scalar(key),
            _ => throw RenderError.Type($"keys must be str, int, float, bool or None, not {key.TypeName}"),
        });
        Separate(style.KeySeparator);
        Value(value, depth);
    }

    private static string Scalar(PythonValue value) => value switch
    {
        PythonNone => "null",
        PythonBoolean boolean => boolean.Value ? "true" : "false",
        PythonFloat { Value: var number } when !double.IsFinite(number) => double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity",
        _ => value.ToString(),
    };

    private void Container<T>(char open, char close, IEnumerable<T> items, Action<T> write, int depth)
    {
        text.Append(open);
        var isEmpty = true;
        foreach (var item in items)
        {
            if (!isEmpty)
                Separate(style.ItemSeparator);
            isEmpty = false;
            BreakLine(depth + 1);
            write(item);
        }
        if (!isEmpty)
            BreakLine(depth);
        text.Append(close);
    }

    private void Separate(string separator)
    {
        context.Charge(separator.Length);
        context.RequireLength((long)text.Length + separator.Length);
        text.Append(separator);
    }

    private void BreakLine(int depth)
    {
        if (style.Indent is null)
            return;
        context.Charge((long)style.Indent.Length * depth);
        context.RequireLength(text.Length + ((long)style.Indent.Length * depth));
        text.Append('\n');
        for (var i = 0; i < depth; i++)
            text.Append(style.Indent);
    }

    private void String(string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"' or '\\':
                    text.Append('\\').Append(c);
                    break;
                case '\n' or '\r' or '\t' or '\b' or '\f':
                    text.Append('\\').Append(c switch { '\n' => 'n', '\r' => 'r', '\t' => 't', '\b' => 'b', _ => 'f' });
                    break;
                case < ' ':
                case >= '\x7f' when style.EnsureAscii:
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }
        text.Append('"');
    }
}
