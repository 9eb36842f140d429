using System.Globalization;
using System.Numerics;
using System.Text;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Prompts;

/// <summary>
/// Reads a Python literal as <c>ast.literal_eval</c> does: texts, numbers, lists, tuples, dictionaries, True, False, None.
/// Templates that render a list of choices render it in this form.
/// </summary>
internal sealed class PythonLiteral
{
    private const int MaxDepth = 100;

    private readonly string text;
    private int at;
    private int depth;

    private PythonLiteral(string text) => this.text = text;

    /// <summary>The value, or null where the text is no literal.</summary>
    public static JinjaValue? Parse(string text)
    {
        var parser = new PythonLiteral(text.Trim(' ', '\t'));
        var value = parser.Value();
        parser.SkipSpace();
        return parser.at == parser.text.Length ? value : null;
    }

    private JinjaValue? Value()
    {
        SkipSpace();
        if (at == text.Length || depth > MaxDepth)
            return null;
        depth++;
        var value = text[at] switch
        {
            '[' => Items(']') is { } items ? new JinjaList(items.Values) : null,
            '(' => Items(')') is { } items ? items.Values.Count == 1 && !items.TrailingComma ? items.Values[0] : new JinjaTuple(items.Values) : null,
            '{' => Dictionary(),
            '\'' or '"' => Strings(),
            _ => NumberOrName(),
        };
        depth--;
        return value;
    }

    private (List<JinjaValue> Values, bool TrailingComma)? Items(char close)
    {
        at++;
        var values = new List<JinjaValue>();
        var comma = false;
        while (true)
        {
            SkipSpace();
            if (Take(close))
                return (values, comma);
            if ((values.Count > 0 && !comma) || Value() is not { } value)
                return null;
            values.Add(value);
            SkipSpace();
            comma = Take(',');
        }
    }

    private JinjaDictionary? Dictionary()
    {
        at++;
        var entries = new List<KeyValuePair<JinjaValue, JinjaValue>>();
        var comma = true;
        while (true)
        {
            SkipSpace();
            if (Take('}'))
                return new JinjaDictionary(entries);
            if (!comma || Value() is not { } key)
                return null;
            SkipSpace();
            if (!Take(':') || Value() is not { } value)
                return null;
            entries.Add(KeyValuePair.Create(key, value));
            SkipSpace();
            comma = Take(',');
        }
    }

    /// <summary>Texts that follow one another are one text.</summary>
    private JinjaString? Strings()
    {
        var joined = new StringBuilder();
        while (at < text.Length && text[at] is '\'' or '"')
        {
            if (!One(joined))
                return null;
            SkipSpace();
        }
        return new JinjaString(joined.ToString());
    }

    private bool One(StringBuilder output)
    {
        var quote = text[at++];
        while (at < text.Length && text[at] != quote)
        {
            if (text[at] == '\n')
                return false;
            if (text[at] != '\\')
                output.Append(text[at++]);
            else if (!Escape(output))
                return false;
        }
        return Take(quote);
    }

    private bool Escape(StringBuilder output)
    {
        at++;
        if (at == text.Length)
            return false;
        var letter = text[at++];
        switch (letter)
        {
            case '\n': return true;
            case 'x': return Hexadecimal(output, 2);
            case 'u': return Hexadecimal(output, 4);
            case 'U': return Hexadecimal(output, 8);
            case >= '0' and <= '7':
                var value = letter - '0';
                for (var i = 0; i < 2 && at < text.Length && text[at] is >= '0' and <= '7'; i++)
                    value = value * 8 + text[at++] - '0';
                output.Append((char)value);
                return true;
        }
        var plain = "\\'\"abfnrtv".IndexOf(letter);
        if (plain < 0)
            output.Append('\\').Append(letter);
        else
            output.Append("\\'\"\a\b\f\n\r\t\v"[plain]);
        return true;
    }

    private bool Hexadecimal(StringBuilder output, int digits)
    {
        if (at + digits > text.Length || !int.TryParse(text.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || value is < 0 or > 0x10ffff)
            return false;
        at += digits;
        if (value > char.MaxValue)
            output.Append(char.ConvertFromUtf32(value));
        else
            output.Append((char)value);
        return true;
    }

    private JinjaValue? NumberOrName()
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '.' or '_' || (text[at] is '+' or '-' && (at == start || text[at - 1] is 'e' or 'E'))))
            at++;
        var word = text[start..at];
        switch (word)
        {
            case "True": return true;
            case "False": return false;
            case "None": return JinjaNone.Instance;
        }
        if (word.Length == 0 || !char.IsAsciiDigit(word.TrimStart('+', '-').PadRight(1)[0]) && !word.TrimStart('+', '-').StartsWith('.'))
            return null;
        var digits = word.TrimStart('+', '-');
        // A leading zero is an error in Python, save in zeros alone.
        if (digits.All(char.IsAsciiDigit))
            return digits[0] == '0' && digits.Trim('0').Length > 0 ? null : new JinjaInteger(BigInteger.Parse(word, CultureInfo.InvariantCulture));
        return double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private void SkipSpace()
    {
        while (at < text.Length && text[at] is ' ' or '\t' or '\n' or '\r' or '\f')
            at++;
    }

    private bool Take(char expected)
    {
        if (at == text.Length || text[at] != expected)
            return false;
        at++;
        return true;
    }
}
