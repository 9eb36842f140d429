using System.Globalization;
using System.Text;

namespace TaskArithmetic.Text.Python;

/// <summary>What CPython's <c>str</c> knows about characters and .NET sees differently.</summary>
internal static class PythonText
{
    /// <summary><c>str.isspace</c>: the Unicode white space and the four information separators.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    /// <summary><c>str.strip</c>, <c>lstrip</c> and <c>rstrip</c>: of white space, or of the given characters.</summary>
    public static string Strip(string text, string? characters, bool start = true, bool end = true)
    {
        var set = characters?.EnumerateRunes().ToHashSet();
        var first = 0;
        var last = text.Length;
        while (start && first < last && Rune.DecodeFromUtf16(text.AsSpan(first, last - first), out var rune, out var size) is var status && Strips(status, rune, text[first]))
            first += size;
        while (end && last > first && Rune.DecodeLastFromUtf16(text.AsSpan(first, last - first), out var rune, out var size) is var status && Strips(status, rune, text[last - 1]))
            last -= size;
        return text[first..last];

        bool Strips(System.Buffers.OperationStatus status, Rune rune, char unit) =>
            set is null ? IsSpace(unit) : status == System.Buffers.OperationStatus.Done && set.Contains(rune);
    }

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
        var size = char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]) ? 2 : 1;
        var point = size == 2 ? char.ConvertToUtf32(text[index], text[index + 1]) : text[index];
        var isPrintable = CharUnicodeInfo.GetUnicodeCategory(point) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
        output.Append(isPrintable ? text.Substring(index, size) : point <= 0xff ? $"\\x{point:x2}" : point <= 0xffff ? $"\\u{point:x4}" : $"\\U{point:x8}");
        return size - 1;
    }
}
