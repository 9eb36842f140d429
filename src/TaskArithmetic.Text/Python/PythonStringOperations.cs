using System.Text;
using TaskArithmetic.Text.Jinja.Rendering;

namespace TaskArithmetic.Text.Python;

/// <summary>Searching, splitting and replacing as CPython's <c>str</c> does; places are code points.</summary>
internal static class PythonStringOperations
{
    /// <summary>Parts into which one text may be cut.</summary>
    public const int MaxParts = 1_000_000;

    public static string Replace(RenderContext context, string text, string old, string replacement, int count)
    {
        if (count == 0)
            return text;
        var result = new StringBuilder();
        var from = 0;
        var left = count < 0 ? int.MaxValue : count;
        if (old.Length == 0)
            return InsertBetween(context, text, replacement, left);
        for (; left > 0; left--)
        {
            var found = text.IndexOf(old, from, StringComparison.Ordinal);
            if (found < 0)
                break;
            context.Charge(replacement.Length);
            context.RequireLength((long)result.Length + replacement.Length);
            result.Append(text, from, found - from).Append(replacement);
            from = found + old.Length;
        }
        return result.Append(text, from, text.Length - from).ToString();
    }

    private static string InsertBetween(RenderContext context, string text, string part, int count)
    {
        var result = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (count-- > 0)
            {
                context.Charge(part.Length);
                context.RequireLength((long)result.Length + part.Length);
                result.Append(part);
            }
            result.Append(rune.ToString());
        }
        return count > 0 ? result.Append(part).ToString() : result.ToString();
    }

    /// <summary><c>str.split</c>; without a separator runs of white space separate and the ends are bare.</summary>
    public static List<string> Split(string text, string? separator, int limit)
    {
        var left = limit < 0 ? int.MaxValue : limit;
        if (separator is null)
            return SplitAtSpace(text, left);
        RequireSeparator(separator);
        var parts = new List<string>();
        var from = 0;
        while (left-- > 0 && text.IndexOf(separator, from, StringComparison.Ordinal) is >= 0 and var found)
        {
            Add(parts, text[from..found]);
            from = found + separator.Length;
        }
        Add(parts, text[from..]);
        return parts;
    }

    /// <summary><c>str.rsplit</c>: as <see cref="Split"/>, from the end.</summary>
    public static List<string> SplitFromEnd(string text, string? separator, int limit)
    {
        var left = limit < 0 ? int.MaxValue : limit;
        if (separator is null)
            return SplitAtSpaceFromEnd(text, left);
        RequireSeparator(separator);
        var parts = new List<string>();
        var to = text.Length;
        while (left-- > 0 && text.AsSpan(0, to).LastIndexOf(separator) is >= 0 and var found)
        {
            Add(parts, text[(found + separator.Length)..to]);
            to = found;
        }
        Add(parts, text[..to]);
        parts.Reverse();
        return parts;
    }

    private static void Add(List<string> parts, string part)
    {
        if (parts.Count == MaxParts)
            throw RenderError.Limit($"a text would fall into more than {MaxParts} parts");
        parts.Add(part);
    }

    private static void RequireSeparator(string separator)
    {
        if (separator.Length == 0)
            throw RenderError.Value("empty separator");
    }

    private static List<string> SplitAtSpace(string text, int left)
    {
        var parts = new List<string>();
        for (var i = 0; i < text.Length;)
        {
            if (PythonText.IsSpace(text[i]))
            {
                i++;
                continue;
            }
            var end = i;
            while (end < text.Length && !PythonText.IsSpace(text[end]))
                end++;
            if (left-- <= 0)
            {
                Add(parts, text[i..]);
                break;
            }
            Add(parts, text[i..end]);
            i = end;
        }
        return parts;
    }

    private static List<string> SplitAtSpaceFromEnd(string text, int left)
    {
        var parts = new List<string>();
        for (var i = text.Length; i > 0;)
        {
            if (PythonText.IsSpace(text[i - 1]))
            {
                i--;
                continue;
            }
            var start = i;
            while (start > 0 && !PythonText.IsSpace(text[start - 1]))
                start--;
            if (left-- <= 0)
            {
                Add(parts, text[..i]);
                break;
            }
            Add(parts, text[start..i]);
            i = start;
        }
        parts.Reverse();
        return parts;
    }

    public static List<string> SplitLines(string text, bool keepEnds)
    {
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = start;
            while (end < text.Length && !PythonText.IsLineBreak(text[end]))
                end++;
            var next = end == text.Length ? end : text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? end + 2 : end + 1;
            Add(lines, text[start..(keepEnds ? next : end)]);
            start = next;
        }
        return lines;
    }

    /// <summary>The UTF-16 bounds that optional code point bounds mean, or null where the start lies after the end.</summary>
    public static (int Start, int End)? Bounds(CodePoints text, int? start, int? end)
    {
        var first = Clamp(start ?? 0);
        var last = Clamp(end ?? text.Count);
        return first > text.Count || first > last ? null : (text.Start(first), text.Start(last));

        int Clamp(int bound) => bound < 0 ? Math.Max(0, bound + text.Count) : Math.Min(bound, start == bound && bound > text.Count ? text.Count + 1 : text.Count);
    }

    public static int Count(string text, string part)
    {
        if (part.Length == 0)
            return new CodePoints(text).Count + 1;
        var count = 0;
        for (var i = text.IndexOf(part, StringComparison.Ordinal); i >= 0; i = text.IndexOf(part, i + part.Length, StringComparison.Ordinal))
            count++;
        return count;
    }

    /// <summary><c>str.center</c>, with CPython's choice of the side that gets the odd space.</summary>
    public static string Center(RenderContext context, string text, int width, string fill)
    {
        var missing = width - new CodePoints(text).Count;
        if (missing <= 0)
            return text;
        context.Charge(missing);
        var left = missing / 2 + (missing & width & 1);
        return Repeat(fill, left) + text + Repeat(fill, missing - left);
    }

    public static string Justify(RenderContext context, string text, int width, string fill, bool left)
    {
        var missing = width - new CodePoints(text).Count;
        if (missing <= 0)
            return text;
        context.Charge(missing);
        return left ? text + Repeat(fill, missing) : Repeat(fill, missing) + text;
    }

    public static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
