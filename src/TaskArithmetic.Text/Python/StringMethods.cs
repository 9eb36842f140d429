using System.Globalization;
using System.Text;

namespace TaskArithmetic.Text.Python;

/// <summary>The methods of <c>str</c>; places are code points.</summary>
internal static class StringMethods
{
    private static readonly Dictionary<string, BuiltIn<PythonBudget>> Table = BuiltIn<PythonBudget>.Table(
        Map("capitalize", LetterCase.Capitalize),
        Map("lower", LetterCase.Lower),
        Map("title", LetterCase.Title),
        Map("upper", LetterCase.Upper),
        new("strip", "self chars=", (_, a) => PythonText.Strip(Self(a), a[1].AsOptionalText("strip arg"))),
        new("lstrip", "self chars=", (_, a) => PythonText.Strip(Self(a), a[1].AsOptionalText("lstrip arg"), end: false)),
        new("rstrip", "self chars=", (_, a) => PythonText.Strip(Self(a), a[1].AsOptionalText("rstrip arg"), start: false)),
        new("removeprefix", "self prefix", (_, a) => Self(a) is var text && a[1].AsText("removeprefix() argument") is var part && text.StartsWith(part, StringComparison.Ordinal) ? text[part.Length..] : text),
        new("removesuffix", "self suffix", (_, a) => Self(a) is var text && a[1].AsText("removesuffix() argument") is var part && text.EndsWith(part, StringComparison.Ordinal) ? text[..^part.Length] : text),
        new("replace", "self old new count=", (b, a) => b.Text(Replace(b, Self(a), a[1].AsText("replace() argument 1"), a[2].AsText("replace() argument 2"), a[3].AsIndex(-1)))),
        new("split", "self sep= maxsplit=", (b, a) => List(b, a, Split(Self(a), a[1].AsOptionalText(""), a[2].AsIndex(-1)))),
        new("rsplit", "self sep= maxsplit=", (b, a) => List(b, a, SplitFromEnd(Self(a), a[1].AsOptionalText(""), a[2].AsIndex(-1)))),
        new("splitlines", "self keepends=", (b, a) => List(b, a, SplitLines(Self(a), a[1].AsFlag()))),
        new("partition", "self sep", (_, a) => Partition(Self(a), a[1].AsText("sep"), fromEnd: false)),
        new("rpartition", "self sep", (_, a) => Partition(Self(a), a[1].AsText("sep"), fromEnd: true)),
        new("startswith", "self prefix start= end=", (_, a) => Any(a, "startswith", (text, part) => text.StartsWith(part, StringComparison.Ordinal))),
        new("endswith", "self suffix start= end=", (_, a) => Any(a, "endswith", (text, part) => text.EndsWith(part, StringComparison.Ordinal))),
        new("find", "self sub start= end=", (_, a) => Find(a, fromEnd: false)),
        new("rfind", "self sub start= end=", (_, a) => Find(a, fromEnd: true)),
        new("index", "self sub start= end=", (_, a) => Find(a, fromEnd: false) is >= 0 and var place ? place : throw PythonError.Value("substring not found")),
        new("rindex", "self sub start= end=", (_, a) => Find(a, fromEnd: true) is >= 0 and var place ? place : throw PythonError.Value("substring not found")),
        new("count", "self sub start= end=", (_, a) => Within(a) is var (text, _) ? Count(text, a[1].AsText("must be str, argument")) : 0),
        new("join", "self iterable", (b, a) => Join(b, Self(a), a[1]!)),
        Is("isalpha", Rune.IsLetter),
        Is("isalnum", r => Rune.IsLetter(r) || IsNumeric(r)),
        Is("isdigit", IsDigit),
        Is("isnumeric", IsNumeric),
        Is("isspace", r => r.IsBmp && PythonText.IsSpace((char)r.Value)),
        new("isascii", "self", (_, a) => Ascii.IsValid(Self(a))),
        new("islower", "self", (_, a) => LetterCase.IsLower(Self(a))),
        new("isupper", "self", (_, a) => LetterCase.IsUpper(Self(a))));

    private static readonly HashSet<string> Refused =
    [
        "casefold", "center", "encode", "expandtabs", "format_map", "isdecimal", "isidentifier", "isprintable", "istitle", "ljust", "maketrans", "rjust", "swapcase", "translate", "zfill",
    ];

    public static PythonValue? Find(PythonString text, string name)
    {
        if (name == "format")
            return new PythonFunction(name, (budget, arguments) => new PythonString(PythonFormat.Braces(budget, text.Value, arguments), text.IsMarkup));
        if (Refused.Contains(name))
            throw PythonError.Unsupported($"the method '{name}' of str");
        return Table.TryGetValue(name, out var method) ? new PythonFunction(name, (budget, arguments) => Marked(text, method.Invoke(budget, arguments.Prepend(text)))) : null;
    }

    /// <summary><c>str.replace</c>; a negative count replaces all.</summary>
    public static string Replace(PythonBudget budget, string text, string old, string replacement, int count)
    {
        var result = new StringBuilder();
        var from = 0;
        for (var left = count < 0 ? int.MaxValue : count; left > 0; left--)
        {
            // An empty text is found before every character and at the end.
            var found = old.Length > 0 || from == 0 && result.Length == 0 ? text.IndexOf(old, from, StringComparison.Ordinal)
                : from == text.Length ? -1 : from + (char.IsSurrogatePair(text, from) ? 2 : 1);
            if (found < 0)
                break;
            result.Append(text, from, found - from);
            budget.Append(result, replacement);
            from = found + old.Length;
        }
        return result.Append(text, from, text.Length - from).ToString();
    }

    /// <summary><c>str.split</c>; without a separator runs of white space separate and the ends are bare. A negative limit is none.</summary>
    public static List<string> Split(string text, string? separator, int limit)
    {
        if (separator is "")
            throw PythonError.Value("empty separator");
        var parts = new List<string>();
        var left = limit < 0 ? int.MaxValue : limit;
        for (var from = 0; ;)
        {
            while (separator is null && from < text.Length && PythonText.IsSpace(text[from]))
                from++;
            if (separator is null && from == text.Length)
                return parts;
            var end = left-- <= 0 ? -1 : separator is null ? IndexOfSpace(text, from) : text.IndexOf(separator, from, StringComparison.Ordinal);
            Add(parts, end < 0 ? text[from..] : text[from..end]);
            if (end < 0)
                return parts;
            from = end + (separator?.Length ?? 0);
        }
    }

    /// <summary><c>str.rsplit</c>: as <see cref="Split"/>, from the end.</summary>
    public static List<string> SplitFromEnd(string text, string? separator, int limit)
    {
        var parts = Split(Reversed(text), separator is null ? null : Reversed(separator), limit).ConvertAll(Reversed);
        parts.Reverse();
        return parts;

        static string Reversed(string text) => string.Create(text.Length, text, (span, source) =>
        {
            source.CopyTo(span);
            span.Reverse();
        });
    }

    public static List<string> SplitLines(string text, bool keepEnds)
    {
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = text.AsSpan(start).IndexOfAny(LineBreaks) is >= 0 and var found ? start + found : text.Length;
            var next = end == text.Length ? end : text.AsSpan(end).StartsWith("\r\n") ? end + 2 : end + 1;
            Add(lines, text[start..(keepEnds ? next : end)]);
            start = next;
        }
        return lines;
    }

    private static readonly System.Buffers.SearchValues<char> LineBreaks = System.Buffers.SearchValues.Create("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029");

    /// <summary>What a method gives for markup is markup.</summary>
    private static PythonValue Marked(PythonString self, PythonValue result) => !self.IsMarkup ? result : result switch
    {
        PythonString text => new PythonString(text.Value, isMarkup: true),
        PythonSequence parts => new PythonList(parts.Items.Select(part => Marked(self, part))),
        _ => result,
    };

    private static PythonString Join(PythonBudget budget, string separator, PythonValue items)
    {
        var result = new StringBuilder();
        var count = 0;
        if (!items.IsIterable)
            throw PythonError.Type("can only join an iterable");
        foreach (var item in items.Iterate())
        {
            if (item is not PythonString text)
                throw PythonError.Type($"sequence item {count}: expected str instance, {item.TypeName} found");
            if (count++ > 0)
                budget.Append(result, separator);
            budget.Append(result, text.Value);
        }
        return new PythonString(result.ToString());
    }

    private static BuiltIn<PythonBudget> Map(string name, Func<string, string> map) => new(name, "self", (b, a) => b.Text(map(Self(a))));

    private static BuiltIn<PythonBudget> Is(string name, Func<Rune, bool> test) =>
        new(name, "self", (_, a) => Self(a) is { Length: > 0 } text && text.EnumerateRunes().All(test));

    private static string Self(PythonValue?[] arguments) => ((PythonString)arguments[0]!).Value;

    private static PythonList List(PythonBudget budget, PythonValue?[] arguments, List<string> parts)
    {
        budget.Charge(Self(arguments).Length);
        budget.ChargeItems(parts.Count);
        return new PythonList(parts.Select(part => (PythonValue)part));
    }

    private static void Add(List<string> parts, string part)
    {
        if (parts.Count == PythonLimits.Default.MaxItems)
            throw PythonError.Limit($"a text would fall into more than {PythonLimits.Default.MaxItems} parts");
        parts.Add(part);
    }

    private static int IndexOfSpace(string text, int from)
    {
        while (from < text.Length && !PythonText.IsSpace(text[from]))
            from++;
        return from;
    }

    private static PythonTuple Partition(string text, string separator, bool fromEnd)
    {
        if (separator.Length == 0)
            throw PythonError.Value("empty separator");
        var place = fromEnd ? text.LastIndexOf(separator, StringComparison.Ordinal) : text.IndexOf(separator, StringComparison.Ordinal);
        if (place < 0)
            return fromEnd ? new PythonTuple("", "", text) : new PythonTuple(text, "", "");
        return new PythonTuple(text[..place], separator, text[(place + separator.Length)..]);
    }

    /// <summary>The part between the optional bounds, arguments 2 and 3, and where it begins; null where they cross.</summary>
    private static (string Text, int Start)? Within(PythonValue?[] arguments)
    {
        var points = ((PythonString)arguments[0]!).CodePoints;
        var (first, last) = (Place(arguments[2].AsBound() ?? 0), Math.Min(Place(arguments[3].AsBound() ?? points.Count), points.Count));
        return first > last ? null : (points.Sub(first, last - first), points.Start(first));

        int Place(int bound) => bound < 0 ? Math.Max(0, bound + points.Count) : bound;
    }

    private static bool Any(PythonValue?[] arguments, string name, Func<string, string, bool> test)
    {
        var within = Within(arguments);
        return (arguments[1] is PythonTuple tuple ? tuple.Items : [arguments[1]!]).Any(part => part is PythonString wanted
            ? within is var (text, _) && test(text, wanted.Value)
            : throw PythonError.Type($"{name} first arg must be str or a tuple of str, not {part.TypeName}"));
    }

    private static int Find(PythonValue?[] arguments, bool fromEnd)
    {
        var part = arguments[1].AsText("must be str, argument");
        if (Within(arguments) is not var (text, start))
            return -1;
        var place = !fromEnd ? text.IndexOf(part, StringComparison.Ordinal) : part.Length == 0 ? text.Length : text.LastIndexOf(part, StringComparison.Ordinal);
        return place < 0 ? -1 : ((PythonString)arguments[0]!).CodePoints.IndexOf(start + place);
    }

    private static int Count(string text, string part)
    {
        if (part.Length == 0)
            return new CodePoints(text).Count + 1;
        var count = 0;
        for (var i = text.IndexOf(part, StringComparison.Ordinal); i >= 0; i = text.IndexOf(part, i + part.Length, StringComparison.Ordinal))
            count++;
        return count;
    }

    private static bool IsNumeric(Rune rune) => Rune.GetNumericValue(rune) >= 0 || Rune.IsNumber(rune);

    // Besides decimal digits also superscripts and the like, whose numeric type is Digit.
    private static bool IsDigit(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber
        || (Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherNumber && rune.Value is <= 0xffff and not (>= 0xbc and <= 0xbe)
            && CharUnicodeInfo.GetDigitValue((char)rune.Value) >= 0);
}
