using System.Runtime.CompilerServices;
using System.Text;
using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Values;

namespace TaskArithmetic.Text.Python;

/// <summary>Writes values as Python's <c>repr()</c> does, within bounds of depth and size.</summary>
internal sealed class ReprWriter
{
    // Lists that share parts can print exponentially longer than they are.
    private const int MaxLength = 4 << 20;

    public StringBuilder Text { get; } = new();

    public void Value(PythonValue value)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new RenderError("RecursionError", "maximum recursion depth exceeded while getting the repr of an object");
        if (Text.Length > MaxLength)
            throw RenderError.Limit($"a printed value is longer than {MaxLength} characters");
        value.WriteRepr(this);
    }

    public void Items(string open, IEnumerable<PythonValue> items, string close)
    {
        Text.Append(open);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
                Text.Append(", ");
            first = false;
            Value(item);
        }
        Text.Append(close);
    }

    public void Entries(IEnumerable<KeyValuePair<PythonValue, PythonValue>> entries)
    {
        Text.Append('{');
        var first = true;
        foreach (var (key, value) in entries)
        {
            if (!first)
                Text.Append(", ");
            first = false;
            Value(key);
            Text.Append(": ");
            Value(value);
        }
        Text.Append('}');
    }
}
