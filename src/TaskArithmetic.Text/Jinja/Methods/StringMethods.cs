using System.Globalization;
using System.Text;
using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Methods;

/// <summary>The methods of <c>str</c>.</summary>
internal static class StringMethods
{
    private static readonly Dictionary<string, BuiltIn> Table = BuiltIn.Table(
        Map("capitalize", LetterCase.Capitalize),
        Map("casefold", text => LetterCase.Lower(LetterCase.Upper(text))),
        Map("lower", LetterCase.Lower),
        Map("swapcase", LetterCase.Swap),
        Map("title", LetterCase.Title),
        Map("upper", LetterCase.Upper),
        new("strip", "self chars=", (_, a) => Same(a[0], PythonText.Strip(Self(a), a[1].AsOptionalText("strip arg")))),
        new("lstrip", "self chars=", (_, a) => Same(a[0], PythonText.Strip(Self(a), a[1].AsOptionalText("lstrip arg"), end: false))),
        new("rstrip", "self chars=", (_, a) => Same(a[0], PythonText.Strip(Self(a), a[1].AsOptionalText("rstrip arg"), start: false))),
        new("removeprefix", "self prefix", (_, a) => Self(a) is var text && a[1].AsText("removeprefix() argument") is var part && text.StartsWith(part, StringComparison.Ordinal) ? text[part.Length..] : text),
        new("removesuffix", "self suffix", (_, a) => Self(a) is var text && a[1].AsText("removesuffix() argument") is var part && text.EndsWith(part, StringComparison.Ordinal) ? text[..^part.Length] : text),
        new("replace", "self old new count=", (c, a) => c.Text(PythonStringOperations.Replace(c, Self(a), a[1].AsText("replace() argument 1"), a[2].AsText("replace() argument 2"), a[3].AsIndex(-1)), IsMarkup(a[0]))),
        new("split", "self sep= maxsplit=", (c, a) => List(c, a, PythonStringOperations.Split(Self(a), a[1].AsOptionalText(""), a[2].AsIndex(-1)))),
        new("rsplit", "self sep= maxsplit=", (c, a) => List(c, a, PythonStringOperations.SplitFromEnd(Self(a), a[1].AsOptionalText(""), a[2].AsIndex(-1)))),
        new("splitlines", "self keepends=", (c, a) => List(c, a, PythonStringOperations.SplitLines(Self(a), a[1].AsFlag()))),
        new("partition", "self sep", (_, a) => Partition(Self(a), a[1].AsText("sep"), fromEnd: false)),
        new("rpartition", "self sep", (_, a) => Partition(Self(a), a[1].AsText("sep"), fromEnd: true)),
        new("startswith", "self prefix start= end=", (_, a) => Any(a, "startswith", (text, part) => text.StartsWith(part, StringComparison.Ordinal))),
        new("endswith", "self suffix start= end=", (_, a) => Any(a, "endswith", (text, part) => text.EndsWith(part, StringComparison.Ordinal))),
        new("find", "self sub start= end=", (_, a) => Find(a, fromEnd: false)),
        new("rfind", "self sub start= end=", (_, a) => Find(a, fromEnd: true)),
        new("index", "self sub start= end=", (_, a) => Find(a, fromEnd: false) is >= 0 and var place ? place : throw RenderError.Value("substring not found")),
        new("rindex", "self sub start= end=", (_, a) => Find(a, fromEnd: true) is >= 0 and var place ? place : throw RenderError.Value("substring not found")),
        new("count", "self sub start= end=", (_, a) => Within(a) is { } text ? PythonStringOperations.Count(text, a[1].AsText("must be str, argument")) : 0),
        new("center", "self width fillchar=", (c, a) => PythonStringOperations.Center(c, Self(a), a[1].AsIndex(0), Fill(a[2]))),
        new("ljust", "self width fillchar=", (c, a) => PythonStringOperations.Justify(c, Self(a), a[1].AsIndex(0), Fill(a[2]), left: true)),
        new("rjust", "self width fillchar=", (c, a) => PythonStringOperations.Justify(c, Self(a), a[1].AsIndex(0), Fill(a[2]), left: false)),
        new("zfill", "self width", (c, a) => ZeroFill(c, Self(a), a[1].AsIndex(0))),
        new("expandtabs", "self tabsize=", (c, a) => ExpandTabs(c, Self(a), a[1].AsIndex(8))),
        new("join", "self iterable", (c, a) => Join(c, a[0]!, a[1]!)),
        Is("isalpha", text => text.Length > 0 && text.EnumerateRunes().All(Rune.IsLetter)),
        Is("isalnum", text => text.Length > 0 && text.EnumerateRunes().All(r => Rune.IsLetter(r) || IsNumeric(r))),
        Is("isdigit", text => text.Length > 0 && text.EnumerateRunes().All(IsDigit)),
        Is("isdecimal", text => text.Length > 0 && text.EnumerateRunes().All(r => Rune.GetUnicodeCategory(r) == UnicodeCategory.DecimalDigitNumber)),
        Is("isnumeric", text => text.Length > 0 && text.EnumerateRunes().All(IsNumeric)),
        Is("isascii", text => Ascii.IsValid(text)),
        Is("isspace", text => text.Length > 0 && text.All(PythonText.IsSpace)),
        Is("islower", LetterCase.IsLower),
        Is("isupper", LetterCase.IsUpper),
        Is("istitle", LetterCase.IsTitle),
        Is("isprintable", text => text.EnumerateRunes().All(r => r.Value == ' ' || PythonText.IsPrintable(Rune.GetUnicodeCategory(r)))),
        Is("isidentifier", text => text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.EnumerateRunes().All(r => Rune.IsLetterOrDigit(r) || r.Value == '_')));

    private static readonly HashSet<string> Missing = ["encode", "translate", "maketrans"];

    public static PythonValue? Find(PythonString text, string name)
    {
        if (Table.TryGetValue(name, out var method))
            return method.Bind(text);
        return name switch
        {
            "format" => new JinjaCallable(name, a => new PythonString(new BraceFormat(a).Format(text.Value), text.IsMarkup)),
            "format_map" => new JinjaCallable(name, a => FormatMap(text, a)),
            _ when Missing.Contains(name) => new JinjaCallable(name, _ => throw RenderError.Unsupported($"the method '{name}' of str is not supported")),
            _ => null,
        };
    }

    /// <summary><c>separator.join(items)</c>.</summary>
    public static PythonValue Join(RenderContext context, PythonValue separator, PythonValue items)
    {
        var result = new StringBuilder();
        var count = 0;
        if (!items.IsIterable)
            throw RenderError.Type("can only join an iterable");
        foreach (var item in items.Iterate())
        {
            if (item is not PythonString text)
                throw item is JinjaUndefined { IsStrict: true } undefined ? undefined.Error
                    : RenderError.Type($"sequence item {count}: expected str instance, {item.TypeName} found");
            context.Charge((long)text.Value.Length + separator.ToString().Length);
            context.RequireLength((long)result.Length + text.Value.Length);
            if (count++ > 0)
                result.Append(separator);
            result.Append(text.Value);
        }
        return new PythonString(result.ToString(), IsMarkup(separator));
    }

    private static BuiltIn Map(string name, Func<string, string> map) => new(name, "self", (c, a) => Same(a[0], c.Text(map(Self(a))).Value));

    private static BuiltIn Is(string name, Func<string, bool> test) => new(name, "self", (_, a) => test(Self(a)));

    private static string Self(PythonValue?[] arguments) => ((PythonString)arguments[0]!).Value;

    private static bool IsMarkup(PythonValue? value) => value is PythonString { IsMarkup: true };

    private static PythonString Same(PythonValue? self, string text) => new(text, IsMarkup(self));

    private static PythonList List(RenderContext context, PythonValue?[] arguments, List<string> parts)
    {
        context.Charge(Self(arguments).Length);
        context.ChargeItems(parts.Count);
        return new PythonList(parts.Select(part => Same(arguments[0], part)));
    }

    private static string Fill(PythonValue? value) => value is null ? " "
        : value is PythonString { Length: 1 } text ? text.Value
        : throw RenderError.Type("The fill character must be exactly one character long");

    private static PythonTuple Partition(string text, string separator, bool fromEnd)
    {
        if (separator.Length == 0)
            throw RenderError.Value("empty separator");
        var place = fromEnd ? text.LastIndexOf(separator, StringComparison.Ordinal) : text.IndexOf(separator, StringComparison.Ordinal);
        if (place < 0)
            return fromEnd ? new PythonTuple("", "", text) : new PythonTuple(text, "", "");
        return new PythonTuple(text[..place], separator, text[(place + separator.Length)..]);
    }

    /// <summary>The part between the optional bounds, arguments 2 and 3; null where they cross.</summary>
    private static string? Within(PythonValue?[] arguments)
    {
        var self = (PythonString)arguments[0]!;
        return PythonStringOperations.Bounds(self.CodePoints, arguments[2].AsBound(), arguments[3].AsBound()) is { } bounds ? self.Value[bounds.Start..bounds.End] : null;
    }

    private static bool Any(PythonValue?[] arguments, string name, Func<string, string, bool> test)
    {
        var text = Within(arguments);
        var parts = arguments[1] is PythonTuple tuple ? tuple.Items : [arguments[1]!];
        foreach (var part in parts)
        {
            if (part is not PythonString wanted)
                throw RenderError.Type($"{name} first arg must be str or a tuple of str, not {part.TypeName}");
            if (text is not null && test(text, wanted.Value))
                return true;
        }
        return false;
    }

    private static int Find(PythonValue?[] arguments, bool fromEnd)
    {
        var self = (PythonString)arguments[0]!;
        var part = arguments[1].AsText("must be str, argument");
        if (PythonStringOperations.Bounds(self.CodePoints, arguments[2].AsBound(), arguments[3].AsBound()) is not { } bounds)
            return -1;
        var span = self.Value.AsSpan(bounds.Start, bounds.End - bounds.Start);
        var place = fromEnd ? part.Length == 0 ? span.Length : span.LastIndexOf(part) : span.IndexOf(part);
        return place < 0 ? -1 : self.CodePoints.IndexOf(bounds.Start + place);
    }

    private static string ZeroFill(RenderContext context, string text, int width)
    {
        var missing = width - new CodePoints(text).Count;
        if (missing <= 0)
            return text;
        context.Charge(missing);
        var sign = text.Length > 0 && (text[0] is '+' or '-') ? 1 : 0;
        return text[..sign] + new string('0', missing) + text[sign..];
    }

    private static string ExpandTabs(RenderContext context, string text, int size)
    {
        var result = new StringBuilder();
        var column = 0;
        foreach (var c in text)
        {
            if (c == '\t')
            {
                var spaces = size <= 0 ? 0 : size - column % size;
                context.Charge(spaces);
                context.RequireLength((long)result.Length + spaces);
                result.Append(' ', spaces);
                column += spaces;
                continue;
            }
            result.Append(c);
            column = c is '\n' or '\r' ? 0 : column + (char.IsLowSurrogate(c) ? 0 : 1);
        }
        return result.ToString();
    }

    private static PythonString FormatMap(PythonString text, JinjaArguments arguments)
    {
        if (arguments.Positional is not [PythonDictionary mapping])
            throw RenderError.Type($"format_map() takes exactly one argument ({arguments.Positional.Count} given)");
        var keywords = mapping.Mutable.Where(e => e.Key is PythonString).ToDictionary(e => ((PythonString)e.Key).Value, e => e.Value);
        return new PythonString(new BraceFormat(new JinjaArguments(arguments.Context, [], keywords)).Format(text.Value), text.IsMarkup);
    }

    private static bool IsNumeric(Rune rune) => Rune.GetNumericValue(rune) >= 0 || Rune.IsNumber(rune);

    // Besides decimal digits also superscripts and the like, whose numeric type is Digit.
    private static bool IsDigit(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber
        || (Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherNumber && rune.Value is <= 0xffff and not (>= 0xbc and <= 0xbe)
            && CharUnicodeInfo.GetDigitValue((char)rune.Value) >= 0);
}
