using System.Globalization;
using System.Text;

namespace TaskArithmetic.Text.Jinja.Syntax;

/// <summary>The escapes in a template's string literals, which are those of Python.</summary>
internal static class StringEscapes
{
    public static string Unescape(string text, int line)
    {
        if (!text.Contains('\\'))
            return text;
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
                result.Append(text[i]);
            else
                i = Append(result, text, i + 1, line);
        }
        return result.ToString();
    }

    /// <summary>Appends what the escape whose letter is at <paramref name="i"/> means; returns the place of its last character.</summary>
    private static int Append(StringBuilder result, string text, int i, int line)
    {
        switch (text[i])
        {
            case '\n':
                return i;
            case 'x':
                return AppendHex(result, text, i, 2, line);
            case 'u':
                return AppendHex(result, text, i, 4, line);
            case 'U':
                return AppendHex(result, text, i, 8, line);
            case 'N':
                throw new TemplateSyntaxError("character names (\\N{...}) in strings are not supported", line, "UnsupportedError");
            case >= '0' and <= '7':
                return AppendOctal(result, text, i);
        }
        var plain = text[i] switch
        {
            '\\' => '\\',
            '\'' => '\'',
            '"' => '"',
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            _ => (char?)null,
        };
        // Python keeps the backslash before a letter that means nothing.
        result.Append(plain is { } c ? c : $"\\{text[i]}");
        return i;
    }

    private static int AppendHex(StringBuilder result, string text, int i, int digits, int line)
    {
        if (i + digits >= text.Length || !uint.TryParse(text.AsSpan(i + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point) || point > 0x10ffff)
            throw new TemplateSyntaxError($"truncated or illegal \\{text[i]} escape in a string", line);
        if (point > 0xffff)
            result.Append(char.ConvertFromUtf32((int)point));
        else
            result.Append((char)point);
        return i + digits;
    }

    private static int AppendOctal(StringBuilder result, string text, int i)
    {
        var value = 0;
        var end = i;
        while (end < text.Length && end < i + 3 && text[end] is >= '0' and <= '7')
            value = value * 8 + (text[end++] - '0');
        result.Append((char)value);
        return end - 1;
    }
}
