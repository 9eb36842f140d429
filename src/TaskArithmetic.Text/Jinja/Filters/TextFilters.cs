using System.Text;
using System.Text.RegularExpressions;
using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Filters;

/// <summary>Filters that give text.</summary>
internal static partial class TextFilters
{
    public static IEnumerable<BuiltIn> All { get; } =
    [
        Map("capitalize", LetterCase.Capitalize),
        Map("lower", LetterCase.Lower),
        Map("upper", LetterCase.Upper),
        Map("title", Title),
        new("string", "object", (_, a) => Soft(a[0]!)),
        new("trim", "value chars=", (_, a) => With(a[0]!, PythonText.Strip(a[0]!.ToString(), a[1].AsOptionalText("strip arg")))),
        new("center", "value width=", (c, a) => With(a[0]!, PythonStringOperations.Center(c, a[0]!.ToString(), a[1].AsIndex(80), " "))),
        new("replace", "s old new count=", (c, a) => PythonStringOperations.Replace(c, a[0]!.ToString(), a[1]!.ToString(), a[2]!.ToString(), a[3] is PythonNone ? -1 : a[3].AsIndex(-1))),
        new("indent", "s width= first= blank=", (c, a) => Indent(c, a[0]!, a[1] ?? 4, a[2].AsFlag(), a[3].AsFlag())),
        new("truncate", "s length= killwords= end= leeway=", (_, a) => Truncate(a)),
        new("wordcount", "s", (_, a) => Word().Count(a[0]!.ToString())),
        new("safe", "value", (_, a) => new PythonString(a[0]!.ToString(), isMarkup: true)),
        new("escape", "s", (c, a) => Escape(c, a[0]!)),
        new("e", "s", (c, a) => Escape(c, a[0]!)),
        new("forceescape", "value", (c, a) => c.Text(HtmlEscape.Escape(a[0]!.ToString()), isMarkup: true)),
    ];

    private static BuiltIn Map(string name, Func<string, string> map) =>
        new(name, "s", (c, a) => With(a[0]!, c.Text(map(a[0]!.ToString())).Value));

    private static PythonString Soft(PythonValue value) => value as PythonString ?? new PythonString(value.ToString());

    private static PythonString With(PythonValue original, string text) => new(text, original is PythonString { IsMarkup: true });

    private static PythonString Escape(RenderContext context, PythonValue value) =>
        value is PythonString { IsMarkup: true } markup ? markup : context.Text(HtmlEscape.Escape(value.ToString()), isMarkup: true);

    // Not str.title: words begin after spaces, hyphens and opening brackets only.
    private static string Title(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var start = 0; start < text.Length;)
        {
            var isBreak = IsWordBreak(text[start]);
            var end = start;
            while (end < text.Length && IsWordBreak(text[end]) == isBreak)
                end++;
            var part = text[start..end];
            if (isBreak)
            {
                result.Append(part);
            }
            else
            {
                var points = new CodePoints(part);
                result.Append(LetterCase.Upper(points.At(0))).Append(LetterCase.Lower(points.Sub(1, points.Count - 1)));
            }
            start = end;
        }
        return result.ToString();
    }

    private static bool IsWordBreak(char c) => c is '-' or '(' or '{' or '[' or '<' || char.IsWhiteSpace(c);

    private static PythonString Indent(RenderContext context, PythonValue value, PythonValue width, bool first, bool blank)
    {
        if (value is not PythonString text)
            throw value is JinjaUndefined undefined ? undefined.Error : RenderError.Type($"unsupported operand type(s) for +=: '{value.TypeName}' and 'str'");
        var indentation = width is PythonString given ? given.Value : Spaces(context, width.AsIndex(4));
        var lines = PythonStringOperations.SplitLines(text.Value + "\n", keepEnds: false);
        context.Charge(((long)lines.Count + 1) * (indentation.Length + 1) + text.Value.Length);
        var result = string.Join('\n', lines.Select((line, i) => i > 0 && (blank || line.Length > 0) ? indentation + line : line));
        return With(value, first ? indentation + result : result);
    }

    private static string Spaces(RenderContext context, int count)
    {
        context.Charge(Math.Max(0, count));
        return new string(' ', Math.Max(0, count));
    }

    private static PythonValue Truncate(PythonValue?[] arguments)
    {
        var text = arguments[0] as PythonString ?? throw RenderError.Type($"object of type '{arguments[0]!.TypeName}' has no len()");
        var length = arguments[1].AsIndex(255);
        var end = arguments[3] is null ? "..." : arguments[3].AsText("end");
        var leeway = arguments[4] is null or PythonNone ? 5 : arguments[4].AsIndex(5);
        var kept = (long)length - new CodePoints(end).Count;
        if (kept < 0)
            throw new RenderError("AssertionError", $"expected length >= {new CodePoints(end).Count}, got {length}");
        if (leeway < 0)
            throw new RenderError("AssertionError", $"expected leeway >= 0, got {leeway}");
        if (text.CodePoints.Count <= (long)length + leeway)
            return text;
        var cut = text.CodePoints.Sub(0, (int)kept);
        return With(text, (arguments[2].AsFlag() ? cut : PythonStringOperations.SplitFromEnd(cut, " ", 1)[0]) + end);
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
