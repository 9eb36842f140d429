using System.Text;
using TaskArithmetic.Evaluation.Jinja.Python;
using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Filters;

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
        new("list", "value", (_, a) => new JinjaList(a[0]!.Iterate())),
        new("first", "seq", (c, a) => a[0]!.Iterate().FirstOrDefault() ?? c.Undefined("No first item, sequence was empty.")),
        new("last", "seq", (c, a) => Reversed(a[0]!).FirstOrDefault() ?? c.Undefined("No last item, sequence was empty.")),
        new("reverse", "value", (_, a) => Reverse(a[0]!)),
        new("join", "value d= attribute=", (c, a) => Join(c, a[0]!, a[1] ?? "", a[2])),
        new("sort", "value reverse= case_sensitive= attribute=", (c, a) => new JinjaList(Comparison.Sort(
            c, a[0]!.Iterate(), AttributePath.SeveralOf(c, a[3], ignoreCase: !a[2].AsFlag()), a[1].AsFlag()))),
        new("min", "value case_sensitive= attribute=", (c, a) => Extreme(c, a, "<")),
        new("max", "value case_sensitive= attribute=", (c, a) => Extreme(c, a, ">")),
        new("sum", "iterable attribute= start=", (c, a) => Sum(c, a[0]!, a[1], a[2] ?? 0)),
        new("dictsort", "value case_sensitive= by= reverse=", (c, a) => SortDictionary(c, a)),
        new("groupby", "value attribute default= case_sensitive=", (c, a) => Group(c, a)),
    ];

    private static JinjaValue Default(JinjaValue value, JinjaValue? fallback, bool boolean) =>
        value is JinjaUndefined || (boolean && !value.IsTrue) ? fallback ?? "" : value;

    private static JinjaValue Length(JinjaValue value) => value.Length ?? throw RenderError.Type($"object of type '{value.TypeName}' has no len()");

    private static JinjaValue Join(RenderContext context, JinjaValue value, JinjaValue separator, JinjaValue? attribute)
    {
        var read = AttributePath.Of(context, attribute is JinjaNone ? null : attribute);
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
    private static IEnumerable<JinjaValue> Reversed(JinjaValue value) => value switch
    {
        JinjaUndefined { IsStrict: true } undefined => throw undefined.Error,
        JinjaString or JinjaSequence or JinjaRange or JinjaDictionary or JinjaDictionaryView or JinjaUndefined => value.Iterate().Reverse(),
        _ => throw RenderError.Type($"'{value.TypeName}' object is not reversible"),
    };

    private static JinjaValue Reverse(JinjaValue value) => value switch
    {
        JinjaString text => new JinjaString(text.CodePoints.Slice(new JinjaSlice(null, null, -1)), text.IsMarkup),
        JinjaIterator => new JinjaList(value.Iterate().Reverse()),
        { IsIterable: false } => throw new RenderError("FilterArgumentError", "argument must be iterable"),
        _ => new JinjaIterator(Reversed(value), "list_reverseiterator"),
    };

    private static JinjaValue Extreme(RenderContext context, JinjaValue?[] arguments, string symbol)
    {
        var key = AttributePath.Of(context, arguments[2], ignoreCase: !arguments[1].AsFlag());
        JinjaValue? best = null, bestKey = null;
        foreach (var item in arguments[0]!.Iterate())
        {
            var itemKey = key(item);
            if (bestKey is null || Comparison.Holds(context, symbol, itemKey, bestKey))
                (best, bestKey) = (item, itemKey);
        }
        return best ?? context.Undefined("No aggregated item, sequence was empty.");
    }

    private static JinjaValue Sum(RenderContext context, JinjaValue items, JinjaValue? attribute, JinjaValue start)
    {
        if (start is JinjaString)
            throw RenderError.Type("sum() can't sum strings [use ''.join(seq) instead]");
        var read = AttributePath.Of(context, attribute is JinjaNone ? null : attribute);
        var total = start;
        foreach (var item in items.Iterate())
            total = Operators.Apply(context, "+", total, read(item));
        return total;
    }

    private static JinjaList SortDictionary(RenderContext context, JinjaValue?[] arguments)
    {
        var by = arguments[2] is null ? "key" : arguments[2]!.ToString();
        if (by is not ("key" or "value"))
            throw new RenderError("FilterArgumentError", "You can only sort by either \"key\" or \"value\"");
        if (arguments[0] is not JinjaDictionary dictionary)
            throw arguments[0] is JinjaUndefined undefined ? undefined.Error : new RenderError("AttributeError", $"'{arguments[0]!.TypeName}' object has no attribute 'items'");
        var ignoreCase = !arguments[1].AsFlag();
        var sorted = Comparison.Sort(context, dictionary.Mutable, e => AttributePath.Fold(by == "key" ? e.Key : e.Value, ignoreCase), arguments[3].AsFlag());
        return new JinjaList(sorted.Select(e => new JinjaTuple(e.Key, e.Value)));
    }

    private static JinjaList Group(RenderContext context, JinjaValue?[] arguments)
    {
        var missing = arguments[2] is JinjaNone ? null : arguments[2];
        var key = AttributePath.Of(context, arguments[1], missing, ignoreCase: !arguments[3].AsFlag());
        var name = AttributePath.Of(context, arguments[1], missing);
        var groups = new List<(JinjaValue Key, List<JinjaValue> Items)>();
        foreach (var item in Comparison.Sort(context, arguments[0]!.Iterate(), key, reverse: false))
        {
            var itemKey = key(item);
            if (groups.Count == 0 || !Comparison.Holds(context, "==", groups[^1].Key, itemKey))
                groups.Add((itemKey, []));
            groups[^1].Items.Add(item);
        }
        return new JinjaList(groups.Select(g => new JinjaTuple(GroupNames, name(g.Items[0]), new JinjaList(g.Items))));
    }
}
