using System.Globalization;
using System.Text;

namespace TaskArithmetic.Text.Python;

/// <summary>What CPython's <c>str</c> knows about characters and .NET sees differently.</summary>
internal static class PythonText
{
    /// <summary><c>str.isspace</c>: the Unicode white space and the four information separators.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    /// <summary>A line break of <c>str.splitlines</c>.</summary>
    public static bool IsLineBreak(char c) => c is '\n' or '\r' or '\v' or '\f' or (>= '\x1c' and <= '\x1e') or '\x85' or '\u2028' or '\u2029';

    public static string Strip(string text, string? characters, bool start = true, bool end = true)
    {
        var set = characters is null ? null : new HashSet<Rune>(characters.EnumerateRunes());
        var first = 0;
        var last = text.Length;
        while (start && first < last && Size(text, first) is var size && Strips(text.AsSpan(first, size)))
            first += size;
        while (end && last > first && SizeBefore(text, last) is var size && Strips(text.AsSpan(last - size, size)))
            last -= size;
        return text[first..last];

        bool Strips(ReadOnlySpan<char> character) =>
            set is null ? character.Length == 1 && IsSpace(character[0])
            : Rune.DecodeFromUtf16(character, out var rune, out _) == System.Buffers.OperationStatus.Done && set.Contains(rune);
    }

    private static int Size(string text, int i) => char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) ? 2 : 1;

    private static int SizeBefore(string text, int i) => i > 1 && char.IsLowSurrogate(text[i - 1]) && char.IsHighSurrogate(text[i - 2]) ? 2 : 1;

    /// <summary><c>repr(str)</c>: single quotes unless only those occur, and escapes for what cannot be printed.</summary>
    public static void WriteRepr(StringBuilder output, string text)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        output.Append(quote);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == quote || c == '\\')
                output.Append('\\').Append(c);
            else if (c is '\n' or '\r' or '\t')
                output.Append(c switch { '\n' => "\\n", '\r' => "\\r", _ => "\\t" });
            else if (c is >= ' ' and < '\x7f')
                output.Append(c);
            else
                i += WriteNonAscii(output, text, i);
        }
        output.Append(quote);
    }

    private static int WriteNonAscii(StringBuilder output, string text, int index)
    {
        var size = Size(text, index);
        var point = size == 2 ? char.ConvertToUtf32(text[index], text[index + 1]) : text[index];
        if (IsPrintable(CharUnicodeInfo.GetUnicodeCategory(point)))
            output.Append(text, index, size);
        else
            output.Append(point <= 0xff ? $"\\x{point:x2}" : point <= 0xffff ? $"\\u{point:x4}" : $"\\U{point:x8}");
        return size - 1;
    }

    /// <summary><c>str.isprintable</c> for all but the ASCII space, which counts as printable.</summary>
    public static bool IsPrintable(UnicodeCategory category) => category is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
