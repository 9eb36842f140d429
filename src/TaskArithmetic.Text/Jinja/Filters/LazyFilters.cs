using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Tests;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Filters;

/// <summary>Filters that Python writes as generators: nothing happens before the result is walked through.</summary>
internal static class LazyFilters
{
    private static readonly Dictionary<string, Func<JinjaArguments, IEnumerable<PythonValue>>> Table = new(StringComparer.Ordinal)
    {
        ["map"] = Map,
        ["select"] = a => Select(a, wanted: true, byAttribute: false),
        ["reject"] = a => Select(a, wanted: false, byAttribute: false),
        ["selectattr"] = a => Select(a, wanted: true, byAttribute: true),
        ["rejectattr"] = a => Select(a, wanted: false, byAttribute: true),
        ["items"] = Items,
        ["unique"] = Unique,
        ["batch"] = Batch,
        ["slice"] = Slice,
    };

    private static readonly Signature UniqueParameters = new("unique", "value case_sensitive= attribute=");
    private static readonly Signature BatchParameters = new("batch", "value linecount fill_with=");
    private static readonly Signature SliceParameters = new("slice", "value slices fill_with=");
    private static readonly Signature ItemsParameters = new("items", "value");

    public static JinjaFunction? Find(string name) =>
        Table.TryGetValue(name, out var filter) ? arguments => Start(filter, arguments) : null;

    private static PythonIterator Start(Func<JinjaArguments, IEnumerable<PythonValue>> filter, JinjaArguments arguments)
    {
        arguments.Context.SpendOn(arguments.Positional[0]);
        return new PythonIterator(Counted(arguments.Context, filter(arguments)));
    }

    // Filters of filters are walked through without any expression in between.
    private static IEnumerable<PythonValue> Counted(RenderContext context, IEnumerable<PythonValue> items)
    {
        foreach (var item in items)
        {
            context.Spend(1);
            yield return item;
        }
    }

    private static IEnumerable<PythonValue> Map(JinjaArguments arguments)
    {
        var items = arguments.Positional[0];
        if (!items.IsTrue)
            yield break;
        var map = Mapping(arguments);
        foreach (var item in items.Iterate())
            yield return map(item);
    }

    private static Func<PythonValue, PythonValue> Mapping(JinjaArguments arguments)
    {
        if (arguments.Positional.Count == 1 && arguments.Keywords.TryGetValue("attribute", out var attribute))
        {
            if (arguments.Keywords.Keys.FirstOrDefault(name => name is not ("attribute" or "default")) is { } unexpected)
                throw new RenderError("FilterArgumentError", $"Unexpected keyword argument '{unexpected}'");
            return AttributePath.Of(arguments.Context, attribute, arguments.Keywords.GetValueOrDefault("default") is { } missing and not PythonNone ? missing : null);
        }
        if (arguments.Positional.Count == 1)
            throw new RenderError("FilterArgumentError", "map requires a filter argument");
        var filter = arguments.Positional[1] is PythonString name
            ? FilterTable.Find(arguments.Context.Options, name.Value) ?? throw new RenderError("TemplateRuntimeError", $"No filter named '{name.Value}'.")
            : throw RenderError.Type("map requires the name of a filter");
        var rest = arguments.Skip(2);
        return item => filter(rest.Prepend(item));
    }

    private static IEnumerable<PythonValue> Select(JinjaArguments arguments, bool wanted, bool byAttribute)
    {
        var items = arguments.Positional[0];
        if (!items.IsTrue)
            yield break;
        if (byAttribute && arguments.Positional.Count < 2)
            throw new RenderError("FilterArgumentError", "Missing parameter for attribute name");
        var read = byAttribute ? AttributePath.Of(arguments.Context, arguments.Positional[1]) : item => item;
        var test = Test(arguments.Skip(byAttribute ? 2 : 1));
        foreach (var item in items.Iterate())
        {
            arguments.Context.Spend(1);
            if (test(read(item)) == wanted)
                yield return item;
        }
    }

    private static Func<PythonValue, bool> Test(JinjaArguments arguments)
    {
        if (arguments.Positional.Count == 0)
            return value => value.IsTrue;
        var test = arguments.Positional[0] is PythonString name
            ? TestTable.Find(name.Value) ?? throw new RenderError("TemplateRuntimeError", $"No test named '{name.Value}'.")
            : throw RenderError.Type("the name of a test is wanted");
        var rest = arguments.Skip(1);
        return value => test(rest.Prepend(value)).IsTrue;
    }

    private static IEnumerable<PythonValue> Items(JinjaArguments arguments)
    {
        var value = ItemsParameters.Bind(arguments)[0];
        if (value is JinjaUndefined)
            yield break;
        if (value is not PythonDictionary dictionary)
            throw RenderError.Type("Can only get item pairs from a mapping.");
        foreach (var item in new PythonDictionaryView(dictionary, DictionaryPart.Items).Iterate())
            yield return item;
    }

    private static IEnumerable<PythonValue> Unique(JinjaArguments arguments)
    {
        var values = UniqueParameters.Bind(arguments);
        var key = AttributePath.Of(arguments.Context, values[2], ignoreCase: !values[1].AsFlag());
        var seen = new HashSet<PythonValue>(KeyComparer.Instance);
        foreach (var item in values[0]!.Iterate())
        {
            if (seen.Add(key(item)))
                yield return item;
        }
    }

    private static IEnumerable<PythonValue> Batch(JinjaArguments arguments)
    {
        var values = BatchParameters.Bind(arguments);
        var size = values[1].AsIndex(0);
        var batch = new List<PythonValue>();
        foreach (var item in values[0]!.Iterate())
        {
            if (batch.Count == size)
            {
                yield return new PythonList(batch);
                batch = [];
            }
            batch.Add(item);
        }
        if (batch.Count == 0)
            yield break;
        arguments.Context.ChargeItems(values[2] is null or PythonNone ? 0 : size);
        while (values[2] is { } fill and not PythonNone && batch.Count < size)
            batch.Add(fill);
        yield return new PythonList(batch);
    }

    private static IEnumerable<PythonValue> Slice(JinjaArguments arguments)
    {
        var values = SliceParameters.Bind(arguments);
        var items = values[0]!.Iterate().ToList();
        var count = values[1].AsIndex(0);
        if (count == 0)
            throw new RenderError("ZeroDivisionError", "integer division or modulo by zero");
        arguments.Context.ChargeItems(count);
        var (size, extra) = (items.Count / count, items.Count % count);
        for (var i = 0; i < count; i++)
        {
            var start = i * size + Math.Min(i, extra);
            var part = items.GetRange(start, size + (i < extra ? 1 : 0));
            if (values[2] is { } fill and not PythonNone && i >= extra)
                part.Add(fill);
            yield return new PythonList(part);
        }
    }
}
