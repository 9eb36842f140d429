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
            else if (Rune.TryGetRuneAt(text, i, out var rune) && IsPrintable(rune))
                output.Append(rune.ToString());
            else
                output.Append(rune == default && c != 0 ? $"\\u{(int)c:x4}" : rune.Value <= 0xff ? $"\\x{rune.Value:x2}" : rune.IsBmp ? $"\\u{rune.Value:x4}" : $"\\U{rune.Value:x8}");
            i += char.IsSurrogatePair(text, i) ? 1 : 0;
        }
        output.Append(quote);
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
