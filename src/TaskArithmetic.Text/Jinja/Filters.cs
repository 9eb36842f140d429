using System.Numerics;
using System.Text;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja;

/// <summary>A filter, what stands after <c>|</c>; the filtered value is the first positional argument.</summary>
internal delegate PythonValue Filter(RenderContext context, PythonArguments arguments);

/// <summary>The table of filters, and those that give text, numbers and JSON.</summary>
internal static class Filters
{
    private static readonly Dictionary<string, BuiltIn<RenderContext>> Table = BuiltIn<RenderContext>.Table([
        Map("capitalize", LetterCase.Capitalize),
        Map("lower", LetterCase.Lower),
        Map("upper", LetterCase.Upper),
        Map("title", Title),
        new("string", "object", (_, a) => a[0] as PythonString ?? new PythonString(a[0]!.ToString())),
        new("trim", "value chars=", (_, a) => With(a[0]!, PythonText.Strip(a[0]!.ToString(), a[1].AsOptionalText("strip arg")))),
        new("replace", "s old new count=", (c, a) => StringMethods.Replace(c, a[0]!.ToString(), a[1]!.ToString(), a[2]!.ToString(), a[3] is PythonNone ? -1 : a[3].AsIndex(-1))),
        new("indent", "s width= first= blank=", (c, a) => Indent(c, a[0]!, a[1] ?? 4, a[2].AsFlag(), a[3].AsFlag())),
        new("safe", "value", (_, a) => new PythonString(a[0]!.ToString(), isMarkup: true)),
        new("escape", "s", (c, a) => Escape(c, a[0]!)),
        new("e", "s", (c, a) => Escape(c, a[0]!)),
        new("abs", "x", (_, a) => a[0] is PythonFloat number ? Math.Abs(number.Value)
            : Operators.ToInteger(a[0]!) is { } integer ? new PythonInteger(BigInteger.Abs(integer)) : throw PythonError.Type($"bad operand type for abs(): '{a[0]!.TypeName}'")),
        new("int", "value default= base=", (c, a) => ToInteger(c, a[0]!, a[2].AsIndex(10)) is { } number ? new PythonInteger(number) : a[1] ?? 0),
        new("float", "value default=", (_, a) => ToFloat(a[0]!) is { } number ? number : a[1] ?? 0.0),
        new("round", "value precision= method=", (_, a) => Round(a[0]!, a[1].AsIndex(0), a[2])),
        new("default", "value default_value= boolean=", (_, a) => Default(a[0]!, a[1], a[2].AsFlag())),
        new("d", "value default_value= boolean=", (_, a) => Default(a[0]!, a[1], a[2].AsFlag())),
        new("attr", "obj name", (c, a) => Lookup.AttributeOnly(c, a[0]!, a[1].AsText("attribute name"))),
        new("tojson", "value indent=", (c, a) => HtmlJson(c, a[0]!, Indentation(a[1]))),
        .. SequenceFilters.All,
    ]);

    /// <summary>transformers: <c>json.dumps</c> with its arguments, in insertion order.</summary>
    private static readonly BuiltIn<RenderContext> PlainJson = new("tojson", "x ensure_ascii= indent= separators= sort_keys=", (c, a) =>
    {
        var indent = Indentation(a[2]);
        var style = new JsonStyle(a[1].AsFlag(), indent, indent is null ? ", " : ",", ": ", a[4].AsFlag());
        if (a[3] is { } separators and not PythonNone)
        {
            style = separators.Iterate().ToList() is [var item, var key]
                ? style with { ItemSeparator = item.AsText("item separator"), KeySeparator = key.AsText("key separator") }
                : throw PythonError.Value("separators must be a pair");
        }
        return JsonWriter.Write(c, a[0]!, style);
    });

    /// <summary>Filters of Jinja2 that no template and no task was found to use, which this engine leaves out.</summary>
    public static IReadOnlySet<string> Refused { get; } = new HashSet<string>
    {
        "batch", "center", "filesizeformat", "forceescape", "groupby", "pprint", "random", "slice", "striptags", "truncate", "urlencode", "urlize", "wordcount", "wordwrap", "xmlattr",
    };

    public static Filter? Find(JinjaOptions options, string name)
    {
        if (options.Filters.TryGetValue(name, out var given))
            return (_, arguments) => given(arguments);
        if (name == "tojson" && options.IsChat)
            return PlainJson.Invoke;
        return Table.TryGetValue(name, out var filter) ? filter.Invoke : name == "format" ? Format : SequenceFilters.FindLazy(name);
    }

    /// <summary><c>"%s of %s"|format(a, b)</c>.</summary>
    private static PythonValue Format(RenderContext context, PythonArguments arguments)
    {
        if (arguments.Positional.Count > 1 && arguments.Keywords.Count > 0)
            throw new PythonError("FilterArgumentError", "can't handle positional and keyword arguments at the same time");
        PythonValue values = arguments.Keywords.Count > 0 ? new PythonDictionary(arguments.Keywords) : new PythonTuple(arguments.Positional.Skip(1));
        return Operators.Apply(context, "%", arguments.Positional[0].ToString(), values);
    }

    private static BuiltIn<RenderContext> Map(string name, Func<string, string> map) =>
        new(name, "s", (c, a) => With(a[0]!, c.Text(map(a[0]!.ToString())).Value));

    private static PythonString With(PythonValue original, string text) => new(text, original is PythonString { IsMarkup: true });

    private static PythonValue Default(PythonValue value, PythonValue? fallback, bool boolean) =>
        value is JinjaUndefined || (boolean && !value.IsTrue) ? fallback ?? "" : value;

    private static PythonString Escape(RenderContext context, PythonValue value) =>
        value is PythonString { IsMarkup: true } markup ? markup : context.Text(PythonString.EscapeHtml(value.ToString()), isMarkup: true);

    // Not str.title: words begin after spaces, hyphens and opening brackets only.
    private static string Title(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var start = 0; start < text.Length;)
        {
            var end = start;
            while (end < text.Length && !IsWordBreak(text[end]))
                end++;
            if (end > start)
            {
                var first = start + (char.IsSurrogatePair(text, start) ? 2 : 1);
                result.Append(LetterCase.Upper(text[start..first])).Append(LetterCase.Lower(text[first..end]));
            }
            for (; end < text.Length && IsWordBreak(text[end]); end++)
                result.Append(text[end]);
            start = end;
        }
        return result.ToString();

        static bool IsWordBreak(char c) => c is '-' or '(' or '{' or '[' or '<' || char.IsWhiteSpace(c);
    }

    private static PythonString Indent(RenderContext context, PythonValue value, PythonValue width, bool first, bool blank)
    {
        if (value is not PythonString text)
            throw value.Misuse ?? PythonError.Type($"unsupported operand type(s) for +=: '{value.TypeName}' and 'str'");
        var indentation = width is PythonString given ? given.Value : context.Repeat(" ", width.AsIndex(4));
        var lines = StringMethods.SplitLines(text.Value + "\n", keepEnds: false);
        context.Charge(((long)lines.Count + 1) * (indentation.Length + 1) + text.Value.Length);
        var result = string.Join('\n', lines.Select((line, i) => i > 0 && (blank || line.Length > 0) ? indentation + line : line));
        return With(value, first ? indentation + result : result);
    }

    private static BigInteger? ToInteger(RenderContext context, PythonValue value, int radix)
    {
        // Reading digits takes quadratic time.
        if (value is PythonString { Value.Length: var length })
            context.Spend((long)Math.Min(length, NumberText.MaxDigits) * Math.Min(length, NumberText.MaxDigits) >> 10);
        if (radix is not (0 or 2 or 8 or 10 or 16))
            throw PythonError.Unsupported($"the base {radix} of the filter 'int'");
        if (value is PythonString text && NumberText.ParseInteger(text.Value, radix) is { } parsed)
            return parsed;
        if (Operators.ToInteger(value) is { } integer)
            return integer;
        // So that "42.23" gives 42.
        return ToFloat(value) is not { } number || double.IsNaN(number) || (double.IsInfinity(number) && value is PythonString) ? null
            : double.IsFinite(number) ? new BigInteger(number) : throw new PythonError("OverflowError", "cannot convert float infinity to integer");
    }

    private static double? ToFloat(PythonValue value) => value.Misuse is { } error ? throw error
        : value is PythonString text ? NumberText.ParseFloat(text.Value)
        : Operators.IsNumber(value) ? Operators.ToDouble(value) : null;

    private static PythonValue Round(PythonValue value, int digits, PythonValue? method)
    {
        if (value.Misuse is { } error)
            throw error;
        if (method is not null && method.ToString() != "common")
            throw PythonError.Unsupported($"the method '{method}' of the filter 'round'");
        return value is PythonFloat number ? NumberText.Round(number.Value, digits)
            : !Operators.IsNumber(value) ? throw PythonError.Type($"type {value.TypeName} doesn't define __round__ method")
            : digits >= 0 ? Operators.Sign("+", value) : throw PythonError.Unsupported("rounding an integer to tens");
    }

    /// <summary>Jinja2: sorted ASCII JSON that is safe inside HTML.</summary>
    private static PythonString HtmlJson(RenderContext context, PythonValue value, string? indent) => new(
        JsonWriter.Write(context, value, new JsonStyle(EnsureAscii: true, indent, indent is null ? ", " : ",", ": ", SortKeys: true))
            .Replace("<", "\\u003c", StringComparison.Ordinal)
            .Replace(">", "\\u003e", StringComparison.Ordinal)
            .Replace("&", "\\u0026", StringComparison.Ordinal)
            .Replace("'", "\\u0027", StringComparison.Ordinal), isMarkup: true);

    private static string? Indentation(PythonValue? value) => value is null or PythonNone ? null
        : value is PythonString text ? text.Value
        : new string(' ', Math.Clamp(value.AsIndex(0), 0, 1000));
}
