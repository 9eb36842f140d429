using System.Globalization;
using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Values;

/// <summary>The variable <c>loop</c>.</summary>
internal sealed class JinjaLoop(RenderContext context, PythonValue source, int depth, Func<PythonValue, PythonValue>? recurse) : PythonValue
{
    private readonly IEnumerator<PythonValue> items = source.Iterate().GetEnumerator();
    private readonly Queue<PythonValue> ahead = new();
    private int index0 = -1;
    private PythonValue? previous;
    private PythonTuple? lastChanged;

    public override string TypeName => "LoopContext";

    public PythonValue Current { get; private set; } = PythonNone.Instance;

    internal override int? Length => Count();

    internal override bool IsIterable => false;

    public bool MoveNext()
    {
        var before = index0 < 0 ? null : Current;
        if (ahead.Count == 0 && !items.MoveNext())
            return false;
        Current = ahead.Count > 0 ? ahead.Dequeue() : items.Current;
        previous = before;
        index0++;
        return true;
    }

    internal override PythonValue? GetAttribute(string name) => name switch
    {
        "index" => index0 + 1,
        "index0" => index0,
        "revindex" => Count() - index0,
        "revindex0" => Count() - index0 - 1,
        "first" => index0 == 0,
        "last" => Next() is null,
        "length" => Count(),
        "depth" => depth + 1,
        "depth0" => depth,
        "previtem" => previous ?? context.Undefined("there is no previous item"),
        "nextitem" => Next() ?? context.Undefined("there is no next item"),
        "cycle" => new JinjaCallable(name, a => a.Positional.Count == 0
            ? throw RenderError.Type("no items for cycling given")
            : a.Positional[index0 % a.Positional.Count]),
        "changed" => new JinjaCallable(name, a => HasChanged(new PythonTuple(a.Positional))),
        _ => null,
    };

    internal override PythonValue Call(JinjaArguments arguments) => recurse is null
        ? throw RenderError.Type("The loop must have the 'recursive' marker to be called recursively.")
        : recurse(arguments.Positional.Count == 1 ? arguments.Positional[0] : throw RenderError.Type("loop() takes one iterable"));

    internal override void WriteRepr(ReprWriter writer) => writer.Text.Append(CultureInfo.InvariantCulture, $"<LoopContext {index0 + 1}/{Count()}>");

    private PythonValue? Next()
    {
        if (ahead.Count == 0 && items.MoveNext())
            ahead.Enqueue(items.Current);
        return ahead.Count > 0 ? ahead.Peek() : null;
    }

    private int Count()
    {
        if (source.Length is { } length)
            return length;
        // A generator has no length: like Jinja2, read it to its end.
        while (items.MoveNext())
            ahead.Enqueue(items.Current);
        return index0 + 1 + ahead.Count;
    }

    private bool HasChanged(PythonTuple value)
    {
        var changed = lastChanged is null || !Comparison.AreEqual(lastChanged, value);
        lastChanged = value;
        return changed;
    }
}
