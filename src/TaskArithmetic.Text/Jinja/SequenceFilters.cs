using System.Globalization;
using System.Text;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja;

/// <summary>Filters over sequences and dictionaries.</summary>
internal static class SequenceFilters
{
    /// <summary>Those that give their result at once.</summary>
    public static IEnumerable<BuiltIn<RenderContext>> All { get; } =
    [
        new("length", "obj", (_, a) => Length(a[0]!)),
        new("count", "obj", (_, a) => Length(a[0]!)),
        new("list", "value", (_, a) => new PythonList(a[0]!.Iterate())),
        new("first", "seq", (c, a) => a[0]!.Iterate().FirstOrDefault() ?? c.Undefined("No first item, sequence was empty.")),
        new("last", "seq", (c, a) => Reversed(a[0]!).FirstOrDefault() ?? c.Undefined("No last item, sequence was empty.")),
        new("reverse", "value", (_, a) => Reverse(a[0]!)),
        new("join", "value d= attribute=", (c, a) => Join(c, a[0]!, (a[1] ?? "").ToString(), Path(c, a[2]))),
        new("sort", "value reverse= case_sensitive= attribute=", (c, a) => new PythonList(Comparison.Sort(c, a[0]!.Iterate(), SortKey(c, a[3], ignoreCase: !a[2].AsFlag()), a[1].AsFlag()))),
        new("min", "value case_sensitive= attribute=", (c, a) => Extreme(c, a, isMax: false)),
        new("max", "value case_sensitive= attribute=", (c, a) => Extreme(c, a, isMax: true)),
        new("sum", "iterable attribute= start=", (c, a) => a[2] is PythonString
            ? throw PythonError.Type("sum() can't sum strings [use ''.join(seq) instead]")
            : a[0]!.Iterate().Select(Path(c, a[1])).Aggregate(a[2] ?? 0, (total, item) => Operators.Apply(c, "+", total, item))),
        new("dictsort", "value case_sensitive= by= reverse=", (c, a) => SortDictionary(c, a[0]!, !a[1].AsFlag(), a[2]?.ToString() ?? "key", a[3].AsFlag())),
    ];

    // What Python writes as generators: nothing happens before the result is walked through.
    private static readonly Dictionary<string, Func<RenderContext, PythonArguments, IEnumerable<PythonValue>>> Lazy = new(StringComparer.Ordinal)
    {
        ["map"] = Map,
        ["select"] = (c, a) => Select(c, a, wanted: true, byAttribute: false),
        ["reject"] = (c, a) => Select(c, a, wanted: false, byAttribute: false),
        ["selectattr"] = (c, a) => Select(c, a, wanted: true, byAttribute: true),
        ["rejectattr"] = (c, a) => Select(c, a, wanted: false, byAttribute: true),
        ["items"] = (_, a) => a.Positional[0] switch
        {
            JinjaUndefined => [],
            PythonDictionary dictionary => new PythonDictionaryView("items", dictionary).Iterate(),
            _ => throw PythonError.Type("Can only get item pairs from a mapping."),
        },
        ["unique"] = (c, a) => a.Positional[0].Iterate().DistinctBy(Path(c, a.Find(2, "attribute"), ignoreCase: !a.Find(1, "case_sensitive").AsFlag()), KeyComparer.Instance),
    };

    /// <summary>Those that give their items one by one.</summary>
    public static Filter? FindLazy(string name) => !Lazy.TryGetValue(name, out var filter) ? null : (context, arguments) =>
    {
        context.SpendOn(arguments.Positional[0]);
        return new PythonIterator(Counted(context, filter, arguments));
    };

    // Filters of filters are walked through without any expression in between.
    private static IEnumerable<PythonValue> Counted(RenderContext context, Func<RenderContext, PythonArguments, IEnumerable<PythonValue>> filter, PythonArguments arguments)
    {
        foreach (var item in filter(context, arguments))
        {
            context.Spend(1);
            yield return item;
        }
    }

    private static IEnumerable<PythonValue> Map(RenderContext context, PythonArguments arguments) =>
        arguments.Positional[0] is var items && items.IsTrue ? items.Iterate().Select(Mapping(context, arguments)) : [];

    private static Func<PythonValue, PythonValue> Mapping(RenderContext context, PythonArguments arguments)
    {
        if (arguments.Positional.Count == 1 && arguments.Keywords.TryGetValue("attribute", out var attribute))
        {
            return arguments.Keywords.Keys.FirstOrDefault(name => name is not ("attribute" or "default")) is { } unexpected
                ? throw new PythonError("FilterArgumentError", $"Unexpected keyword argument '{unexpected}'")
                : Path(context, attribute, arguments.Keywords.GetValueOrDefault("default") is { } missing and not PythonNone ? missing : null);
        }
        if (arguments.Positional.Count == 1)
            throw new PythonError("FilterArgumentError", "map requires a filter argument");
        var name = arguments.Positional[1].AsText("the name of a filter");
        var filter = Filters.Find(context.Options, name) ?? throw new PythonError("TemplateRuntimeError", $"No filter named '{name}'.");
        var rest = arguments.Skip(2);
        return item => filter(context, rest.Prepend(item));
    }

    private static IEnumerable<PythonValue> Select(RenderContext context, PythonArguments arguments, bool wanted, bool byAttribute)
    {
        var items = arguments.Positional[0];
        if (!items.IsTrue)
            return [];
        if (byAttribute && arguments.Positional.Count < 2)
            throw new PythonError("FilterArgumentError", "Missing parameter for attribute name");
        var read = byAttribute ? Path(context, arguments.Positional[1]) : item => item;
        var test = Test(context, arguments.Skip(byAttribute ? 2 : 1));
        return items.Iterate().Where(item =>
        {
            context.Spend(1);
            return test(read(item)) == wanted;
        });
    }

    private static Func<PythonValue, bool> Test(RenderContext context, PythonArguments arguments)
    {
        if (arguments.Positional.Count == 0)
            return value => value.IsTrue;
        var name = arguments.Positional[0].AsText("the name of a test");
        var test = Tests.Find(name) ?? throw new PythonError("TemplateRuntimeError", $"No test named '{name}'.");
        var rest = arguments.Skip(1);
        return value => test.Invoke(context, rest.Prepend(value)).IsTrue;
    }

    /// <summary>Reads the argument <c>attribute</c> from an item: a name, an index, or a path such as <c>address.0.city</c>; without one the item itself.</summary>
    private static Func<PythonValue, PythonValue> Path(RenderContext context, PythonValue? attribute, PythonValue? missing = null, bool ignoreCase = false)
    {
        PythonValue[] parts = attribute is null or PythonNone ? [] : attribute is not PythonString path ? [attribute]
            : [.. path.Value.Split('.').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? (PythonValue)index : part)];
        return item =>
        {
            context.Spend(1);
            foreach (var part in parts)
            {
                item = Lookup.Item(context, item, part);
                if (missing is not null && item is JinjaUndefined)
                    item = missing;
            }
            context.SpendOn(item as PythonString);
            return Fold(item, ignoreCase);
        };
    }

    /// <summary>Reads several paths, separated by commas, as one key to sort by.</summary>
    private static Func<PythonValue, PythonValue> SortKey(RenderContext context, PythonValue? attribute, bool ignoreCase)
    {
        PythonValue?[] paths = attribute is PythonString text ? [.. text.Value.Split(',').Select(path => (PythonValue)path)] : [attribute];
        var reads = paths.Select(path => Path(context, path, ignoreCase: ignoreCase)).ToArray();
        return item => new PythonList(reads.Select(read => read(item)));
    }

    /// <summary>Text in small letters where case is ignored; other values as they are.</summary>
    private static PythonValue Fold(PythonValue value, bool ignoreCase) => ignoreCase && value is PythonString text ? LetterCase.Lower(text.Value) : value;

    private static PythonValue Length(PythonValue value) => value.Length ?? throw PythonError.Type($"object of type '{value.TypeName}' has no len()");

    private static PythonValue Join(RenderContext context, PythonValue value, string separator, Func<PythonValue, PythonValue> read)
    {
        var result = new StringBuilder();
        var isFirst = true;
        foreach (var item in value.Iterate())
        {
            if (!isFirst)
                context.Append(result, separator);
            isFirst = false;
            context.Append(result, read(item).ToString());
        }
        return result.ToString();
    }

    /// <summary>What <c>reversed()</c> walks through.</summary>
    private static IEnumerable<PythonValue> Reversed(PythonValue value) => value switch
    {
        PythonString or PythonSequence or PythonRange or PythonDictionary or PythonDictionaryView or JinjaUndefined => value.Iterate().Reverse(),
        _ => throw PythonError.Type($"'{value.TypeName}' object is not reversible"),
    };

    private static PythonValue Reverse(PythonValue value) => value switch
    {
        PythonString text => new PythonString(text.CodePoints.Slice(new PythonSlice(null, null, -1)), text.IsMarkup),
        PythonIterator => new PythonList(value.Iterate().Reverse()),
        { IsIterable: false } => throw new PythonError("FilterArgumentError", "argument must be iterable"),
        _ => new PythonIterator(Reversed(value), "list_reverseiterator"),
    };

    private static PythonValue Extreme(RenderContext context, PythonValue?[] a, bool isMax) =>
        Comparison.Sort(context, a[0]!.Iterate(), Path(context, a[2], ignoreCase: !a[1].AsFlag()), reverse: isMax).FirstOrDefault()
        ?? context.Undefined("No aggregated item, sequence was empty.");

    private static PythonList SortDictionary(RenderContext context, PythonValue value, bool ignoreCase, string by, bool reverse)
    {
        if (by is not ("key" or "value"))
            throw new PythonError("FilterArgumentError", "You can only sort by either \"key\" or \"value\"");
        if (value is not PythonDictionary dictionary)
            throw value.Misuse ?? new PythonError("AttributeError", $"'{value.TypeName}' object has no attribute 'items'");
        var sorted = Comparison.Sort(context, dictionary.Mutable, e => Fold(by == "key" ? e.Key : e.Value, ignoreCase), reverse);
        return new PythonList(sorted.Select(e => new PythonTuple(e.Key, e.Value)));
    }
}
