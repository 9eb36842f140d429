using System.Runtime.CompilerServices;
using System.Text;

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
            throw PythonError.Recursion(" while getting the repr of an object");
        if (Text.Length > MaxLength)
            throw PythonError.Limit($"a printed value is longer than {MaxLength} characters");
        value.WriteRepr(this);
    }

    public void Items(string open, IEnumerable<PythonValue> items, string close) => Separated(open, items, Value, close);

    public void Entries(IEnumerable<KeyValuePair<PythonValue, PythonValue>> entries) => Separated("{", entries, entry =>
    {
        Value(entry.Key);
        Text.Append(": ");
        Value(entry.Value);
    }, "}");

    private void Separated<T>(string open, IEnumerable<T> items, Action<T> write, string close)
    {
        var separator = open;
        foreach (var item in items)
        {
            Text.Append(separator);
            write(item);
            separator = ", ";
        }
        Text.Append(separator == open ? open + close : close);
    }
}
