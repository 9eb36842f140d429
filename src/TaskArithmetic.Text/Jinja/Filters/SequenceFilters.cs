using System.Text;
using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Filters;

/// <summary>Filters over sequences and dictionaries that give their result at once.</summary>
internal static class SequenceFilters
{
    private static readonly string[] GroupNames = ["grouper", "list"];

    public static IEnumerable<BuiltIn> All { get; } =
    [
        new("default", "value default_value= boolean=", (_, a) => Default(a[0]!, a[1], a[2].AsFlag())),
        new("d", "value default_value= boolean=", (_, a) => Default(a[0]!, a[1], a[2].AsFlag())),
        new("attr", "obj name", (c, a) => Lookup.AttributeOnly(c, a[0]!, a[1].AsText("attribute name"))),
        new("length", "obj", (_, a) => Length(a[0]!)),
        new("count", "obj", (_, a) => Length(a[0]!)),
        new("list", "value", (_, a) => new PythonList(a[0]!.Iterate())),
        new("first", "seq", (c, a) => a[0]!.Iterate().FirstOrDefault() ?? c.Undefined("No first item, sequence was empty.")),
        new("last", "seq", (c, a) => Reversed(a[0]!).FirstOrDefault() ?? c.Undefined("No last item, sequence was empty.")),
        new("reverse", "value", (_, a) => Reverse(a[0]!)),
        new("join", "value d= attribute=", (c, a) => Join(c, a[0]!, a[1] ?? "", a[2])),
        new("sort", "value reverse= case_sensitive= attribute=", (c, a) => new PythonList(Comparison.Sort(
            c, a[0]!.Iterate(), AttributePath.SeveralOf(c, a[3], ignoreCase: !a[2].AsFlag()), a[1].AsFlag()))),
        new("min", "value case_sensitive= attribute=", (c, a) => Extreme(c, a, "<")),
        new("max", "value case_sensitive= attribute=", (c, a) => Extreme(c, a, ">")),
        new("sum", "iterable attribute= start=", (c, a) => Sum(c, a[0]!, a[1], a[2] ?? 0)),
        new("dictsort", "value case_sensitive= by= reverse=", (c, a) => SortDictionary(c, a)),
        new("groupby", "value attribute default= case_sensitive=", (c, a) => Group(c, a)),
    ];

    private static PythonValue Default(PythonValue value, PythonValue? fallback, bool boolean) =>
        value is JinjaUndefined || (boolean && !value.IsTrue) ? fallback ?? "" : value;

    private static PythonValue Length(PythonValue value) => value.Length ?? throw RenderError.Type($"object of type '{value.TypeName}' has no len()");

    private static PythonValue Join(RenderContext context, PythonValue value, PythonValue separator, PythonValue? attribute)
    {
        var read = AttributePath.Of(context, attribute is PythonNone ? null : attribute);
        var between = separator.ToString();
        var result = new StringBuilder();
        var isFirst = true;
        foreach (var item in value.Iterate())
        {
            var text = read(item).ToString();
            context.Charge(text.Length + between.Length);
            context.RequireLength(result.Length);
            if (!isFirst)
                result.Append(between);
            isFirst = false;
            result.Append(text);
        }
        return result.ToString();
    }

    /// <summary>What <c>reversed()</c> walks through.</summary>
    private static IEnumerable<PythonValue> Reversed(PythonValue value) => value switch
    {
        JinjaUndefined { IsStrict: true } undefined => throw undefined.Error,
        PythonString or PythonSequence or PythonRange or PythonDictionary or PythonDictionaryView or JinjaUndefined => value.Iterate().Reverse(),
        _ => throw RenderError.Type($"'{value.TypeName}' object is not reversible"),
    };

    private static PythonValue Reverse(PythonValue value) => value switch
    {
        PythonString text => new PythonString(text.CodePoints.Slice(new PythonSlice(null, null, -1)), text.IsMarkup),
        PythonIterator => new PythonList(value.Iterate().Reverse()),
        { IsIterable: false } => throw new RenderError("FilterArgumentError", "argument must be iterable"),
        _ => new PythonIterator(Reversed(value), "list_reverseiterator"),
    };

    private static PythonValue Extreme(RenderContext context, PythonValue?[] arguments, string symbol)
    {
        var key = AttributePath.Of(context, arguments[2], ignoreCase: !arguments[1].AsFlag());
        PythonValue? best = null, bestKey = null;
        foreach (var item in arguments[0]!.Iterate())
        {
            var itemKey = key(item);
            if (bestKey is null || Comparison.Holds(context, symbol, itemKey, bestKey))
                (best, bestKey) = (item, itemKey);
        }
        return best ?? context.Undefined("No aggregated item, sequence was empty.");
    }

    private static PythonValue Sum(RenderContext context, PythonValue items, PythonValue? attribute, PythonValue start)
    {
        if (start is PythonString)
            throw RenderError.Type("sum() can't sum strings [use ''.join(seq) instead]");
        var read = AttributePath.Of(context, attribute is PythonNone ? null : attribute);
        var total = start;
        foreach (var item in items.Iterate())
            total = Operators.Apply(context, "+", total, read(item));
        return total;
    }

    private static PythonList SortDictionary(RenderContext context, PythonValue?[] arguments)
    {
        var by = arguments[2] is null ? "key" : arguments[2]!.ToString();
        if (by is not ("key" or "value"))
            throw new RenderError("FilterArgumentError", "You can only sort by either \"key\" or \"value\"");
        if (arguments[0] is not PythonDictionary dictionary)
            throw arguments[0] is JinjaUndefined undefined ? undefined.Error : new RenderError("AttributeError", $"'{arguments[0]!.TypeName}' object has no attribute 'items'");
        var ignoreCase = !arguments[1].AsFlag();
        var sorted = Comparison.Sort(context, dictionary.Mutable, e => AttributePath.Fold(by == "key" ? e.Key : e.Value, ignoreCase), arguments[3].AsFlag());
        return new PythonList(sorted.Select(e => new PythonTuple(e.Key, e.Value)));
    }

    private static PythonList Group(RenderContext context, PythonValue?[] arguments)
    {
        var missing = arguments[2] is PythonNone ? null : arguments[2];
        var key = AttributePath.Of(context, arguments[1], missing, ignoreCase: !arguments[3].AsFlag());
        var name = AttributePath.Of(context, arguments[1], missing);
        var groups = new List<(PythonValue Key, List<PythonValue> Items)>();
        foreach (var item in Comparison.Sort(context, arguments[0]!.Iterate(), key, reverse: false))
        {
            var itemKey = key(item);
            if (groups.Count == 0 || !Comparison.Holds(context, "==", groups[^1].Key, itemKey))
                groups.Add((itemKey, []));
            groups[^1].Items.Add(item);
        }
        return new PythonList(groups.Select(g => new PythonTuple(GroupNames, name(g.Items[0]), new PythonList(g.Items))));
    }
}
