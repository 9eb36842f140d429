using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Filters;

/// <summary>The built-in filters, what stands after <c>|</c>.</summary>
internal static class FilterTable
{
    private static readonly Dictionary<string, BuiltIn> Table =
        BuiltIn.Table([.. TextFilters.All, .. SequenceFilters.All, .. NumberFilters.All, .. JsonFilters.Html]);

    private static readonly BuiltIn PlainJson = JsonFilters.Plain;

    /// <summary>Filters of Jinja2 that write web pages or random output, which this engine leaves out.</summary>
    public static IReadOnlySet<string> Refused { get; } =
        new HashSet<string> { "filesizeformat", "pprint", "random", "striptags", "urlencode", "urlize", "wordwrap", "xmlattr" };

    public static JinjaFunction? Find(JinjaOptions options, string name)
    {
        if (options.Filters.TryGetValue(name, out var given))
            return given;
        if (name == "tojson" && options.PlainJson)
            return PlainJson.Invoke;
        if (Table.TryGetValue(name, out var filter))
            return filter.Invoke;
        return name == "format" ? Format : LazyFilters.Find(name);
    }

    /// <summary><c>"%s of %s"|format(a, b)</c>.</summary>
    private static PythonValue Format(JinjaArguments arguments)
    {
        if (arguments.Positional.Count > 1 && arguments.Keywords.Count > 0)
            throw new RenderError("FilterArgumentError", "can't handle positional and keyword arguments at the same time");
        PythonValue values = arguments.Keywords.Count > 0 ? new PythonDictionary(arguments.Keywords) : new PythonTuple(arguments.Positional.Skip(1));
        return Operators.Apply(arguments.Context, "%", arguments.Positional[0].ToString(), values);
    }
}
