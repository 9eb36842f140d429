using System.Globalization;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja;

/// <summary>A variable, attribute or item that is not there; any use but the allowed ones raises the error that it carries.</summary>
internal sealed class JinjaUndefined(string message, bool strict, string errorType = "UndefinedError") : PythonValue
{
    public override string TypeName => strict ? "StrictUndefined" : "Undefined";

    internal override PythonError Misuse => new(errorType, message);

    public bool IsStrict => strict;

    public override bool IsTrue => strict ? throw Misuse : false;

    internal override int? Length => strict ? throw Misuse : 0;

    internal override bool IsIterable => strict ? throw Misuse : true;

    internal override IEnumerable<PythonValue> Iterate() => strict ? throw Misuse : [];

    internal override PythonValue? GetItem(PythonValue key) => throw Misuse;

    internal override PythonValue? GetAttribute(string name) => Lookup.IsHidden(name) ? null : throw Misuse;

    internal override PythonValue Call(PythonBudget budget, PythonArguments arguments) => throw Misuse;

    internal override bool IsSame(PythonValue other) => strict ? throw Misuse : other is JinjaUndefined;

    internal override int IdentityHash() => strict ? throw Misuse : 2;

    public override string ToString() => strict ? throw Misuse : "";

    internal override void WriteRepr(ReprWriter writer) => writer.Text.Append("Undefined");
}

/// <summary>What <c>namespace()</c> gives: the one value whose attributes a template may set from inner scopes.</summary>
internal sealed class JinjaNamespace(PythonDictionary attributes) : PythonValue
{
    public override string TypeName => "Namespace";

    public void Set(string name, PythonValue value) => attributes.Mutable[name] = value;

    internal override PythonValue? GetAttribute(string name) => attributes.Find(name);

    internal override void WriteRepr(ReprWriter writer)
    {
        writer.Text.Append("<Namespace ");
        writer.Value(attributes);
        writer.Text.Append('>');
    }
}

/// <summary>The variable <c>loop</c>.</summary>
internal sealed class JinjaLoop(RenderContext context, PythonValue source) : PythonValue
{
    private readonly IEnumerator<PythonValue> items = source.Iterate().GetEnumerator();
    private readonly Queue<PythonValue> ahead = new();
    private int index0 = -1;
    private PythonValue? previous;

    public override string TypeName => "LoopContext";

    public PythonValue Current { get; private set; } = PythonNone.Instance;

    internal override int? Length => Count();

    public bool MoveNext()
    {
        if (Next() is null)
            return false;
        previous = index0++ < 0 ? null : Current;
        Current = ahead.Dequeue();
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
        "depth" => 1,
        "depth0" => 0,
        "previtem" => previous ?? context.Undefined("there is no previous item"),
        "nextitem" => Next() ?? context.Undefined("there is no next item"),
        "cycle" => new PythonFunction(name, (_, a) => a.Positional.Count > 0 ? a.Positional[index0 % a.Positional.Count] : throw PythonError.Type("no items for cycling given")),
        "changed" => throw PythonError.Unsupported("'loop.changed'"),
        _ => null,
    };

    internal override PythonValue Call(PythonBudget budget, PythonArguments arguments) =>
        throw PythonError.Type("The loop must have the 'recursive' marker to be called recursively.");

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
}

/// <summary>Name, parameters and body of a macro, or of the body of a <c>call</c> block, and whether it uses the name <c>caller</c>.</summary>
internal sealed record MacroDefinition(string Name, IReadOnlyList<(string Name, Expression? Default)> Parameters, Statement Body, bool UsesCaller);

/// <summary>A macro with the scope it was defined in.</summary>
internal sealed class JinjaMacro(RenderContext context, MacroDefinition definition) : PythonValue
{
    private readonly Scope closure = context.Scope;

    public override string TypeName => "Macro";

    internal override PythonValue? GetAttribute(string name) => name is "name" or "arguments" or "catch_kwargs" or "catch_varargs" or "caller"
        ? throw PythonError.Unsupported($"the attribute '{name}' of macros")
        : null;

    internal override PythonValue Call(PythonBudget budget, PythonArguments arguments)
    {
        var scope = new Scope(closure);
        var rest = new OrderedDictionary<string, PythonValue>(arguments.Keywords);
        for (var i = 0; i < definition.Parameters.Count; i++)
        {
            var name = definition.Parameters[i].Name;
            if (i < arguments.Positional.Count)
                scope.Set(name, arguments.Positional[i]);
            else if (rest.Remove(name, out var value))
                scope.Set(name, value);
        }
        if (definition.UsesCaller && scope.FindOwn("caller") is null)
            scope.Set("caller", rest.Remove("caller", out var caller) ? caller : context.Undefined("No caller defined"));
        if (rest.ContainsKey("caller"))
            throw PythonError.Type($"macro '{definition.Name}' was invoked with two values for the special caller argument. This is most likely a bug.");
        if (rest.Count > 0)
            throw PythonError.Type($"macro '{definition.Name}' takes no keyword argument '{rest.GetAt(0).Key}'");
        if (arguments.Positional.Count > definition.Parameters.Count)
            throw PythonError.Type($"macro '{definition.Name}' takes not more than {definition.Parameters.Count} argument(s)");
        var line = context.Line;
        foreach (var (name, value) in definition.Parameters)
        {
            // Only now, since a default may use the parameters before it.
            if (scope.FindOwn(name) is null)
                scope.Set(name, value is null ? context.Undefined($"parameter '{name}' was not provided") : context.Within(scope, () => value(context)));
        }
        var text = context.Capture(scope, definition.Body);
        context.Line = line;
        return text;
    }

    internal override void WriteRepr(ReprWriter writer) => writer.Text.Append($"<Macro '{definition.Name}'>");
}
