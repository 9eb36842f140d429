using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Filters;

/// <summary>The filter <c>tojson</c>, as Jinja2 has it and as transformers replaces it.</summary>
internal static class JsonFilters
{
    /// <summary>transformers: <c>json.dumps</c> with its arguments, in insertion order.</summary>
    public static BuiltIn Plain { get; } = new("tojson", "x ensure_ascii= indent= separators= sort_keys=", (c, a) =>
    {
        var indent = Indent(a[2]);
        var (item, key) = Separators(a[3], indent);
        return JsonWriter.Write(c, a[0]!, new JsonStyle(a[1].AsFlag(), indent, item, key, a[4].AsFlag()));
    });

    /// <summary>Jinja2: sorted ASCII JSON that is safe inside HTML.</summary>
    public static IEnumerable<BuiltIn> Html { get; } =
    [
        new("tojson", "value indent=", (c, a) =>
        {
            var indent = Indent(a[1]);
            var (item, key) = Separators(null, indent);
            var json = JsonWriter.Write(c, a[0]!, new JsonStyle(EnsureAscii: true, indent, item, key, SortKeys: true));
            return new PythonString(json
                .Replace("<", "\\u003c", StringComparison.Ordinal)
                .Replace(">", "\\u003e", StringComparison.Ordinal)
                .Replace("&", "\\u0026", StringComparison.Ordinal)
                .Replace("'", "\\u0027", StringComparison.Ordinal), isMarkup: true);
        }),
    ];

    private static string? Indent(PythonValue? value) => value switch
    {
        null or PythonNone => null,
        PythonString text => text.Value,
        _ => new string(' ', Math.Clamp(value.AsIndex(0), 0, 1000)),
    };

    private static (string Item, string Key) Separators(PythonValue? value, string? indent)
    {
        if (value is null or PythonNone)
            return (indent is null ? ", " : ",", ": ");
        return value.Iterate().ToList() is [var item, var key]
            ? (item.AsText("item separator"), key.AsText("key separator"))
            : throw RenderError.Value("separators must be a pair");
    }
}
