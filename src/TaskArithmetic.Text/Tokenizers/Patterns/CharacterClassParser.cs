using System.Globalization;

namespace TaskArithmetic.Text.Tokenizers.Patterns;

/// <summary>Reads escapes and bracket expressions of Oniguruma's Ruby syntax into sets of code points.</summary>
internal sealed class CharacterClassParser(PatternReader reader)
{
    /// <summary>Reads a bracket expression after its opening bracket: ranges, nested brackets, <c>&amp;&amp;</c>, POSIX brackets.</summary>
    public CodePointSet ParseBracket(bool ignoreCase)
    {
        reader.Enter();
        var negated = reader.Take('^');
        CodePointSet? intersection = null;
        var ranges = new List<(int, int)>();
        var isFirst = true;
        while (isFirst || !reader.LooksAt("]"))
        {
            if (reader.AtEnd)
                throw reader.Error("a bracket expression is not closed");
            if (reader.Take("&&"))
            {
                intersection = Intersect(intersection, ranges);
                ranges = [];
            }
            else
            {
                ParseItem(ranges, ignoreCase);
            }
            isFirst = false;
        }
        reader.Take(']');
        reader.Leave();
        var set = Intersect(intersection, ranges);
        if (ignoreCase)
            set = CaseFolding.Close(set);
        return negated ? set.Complement() : set;
    }

    /// <summary>Reads the rest of an escape that stands for a set, or returns null and takes nothing.</summary>
    public CodePointSet? ParseSetEscape()
    {
        var start = reader.Position;
        switch ((char)reader.TakeCodePoint())
        {
            case 's': return UnicodeSets.Space;
            case 'S': return UnicodeSets.Space.Complement();
            case 'd': return UnicodeSets.Digit;
            case 'D': return UnicodeSets.Digit.Complement();
            case 'w': return UnicodeSets.Word;
            case 'W': return UnicodeSets.Word.Complement();
            case 'h': return UnicodeSets.HexDigit;
            case 'H': return UnicodeSets.HexDigit.Complement();
            case 'p': return ParseProperty(false);
            case 'P': return ParseProperty(true);
            default:
                reader.Return(start);
                return null;
        }
    }

    /// <summary>Reads the rest of an escape that stands for one code point.</summary>
    public int ParseCodePointEscape(bool inBracket)
    {
        var start = reader.Position;
        var c = reader.TakeCodePoint();
        switch (c)
        {
            case 't': return '\t';
            case 'n': return '\n';
            case 'r': return '\r';
            case 'f': return '\f';
            case 'v': return '\v';
            case 'a': return '\a';
            case 'e': return 0x1B;
            case 'b' when inBracket: return '\b';
            case '0': return CodePoint(reader.TakeWhile(d => d is >= '0' and <= '7', 2), 8);
            case 'u': return CodePoint(reader.TakeWhile(char.IsAsciiHexDigit, 4), 16);
            case 'x' when reader.Take('{'): return CodePoint(reader.TakeUntil("}"), 16);
            case 'x': return Latin(CodePoint(reader.TakeWhile(char.IsAsciiHexDigit, 2), 16));
            case < 0x80 when char.IsAsciiLetterOrDigit((char)c):
                reader.Return(start);
                throw reader.Error($"the escape \\{(char)c} is not supported");
            default: return c;
        }
    }

    private void ParseItem(List<(int, int)> ranges, bool ignoreCase)
    {
        if (reader.LooksAt("[:") && ParsePosix() is { } posix)
        {
            ranges.AddRange(posix.Ranges);
            return;
        }
        if (reader.Take('['))
        {
            ranges.AddRange(ParseBracket(ignoreCase).Ranges);
            return;
        }
        var escaped = reader.Take('\\');
        if (escaped && ParseSetEscape() is { } set)
        {
            ranges.AddRange(set.Ranges);
            return;
        }
        var first = escaped ? ParseCodePointEscape(inBracket: true) : reader.TakeCodePoint();
        var last = ParseRangeEnd() ?? first;
        if (last < first)
            throw reader.Error("a range ends before it begins");
        ranges.Add((first, last));
    }

    // A hyphen is literal where no single code point follows it: [a-], [a-\d], [a-[b]].
    private int? ParseRangeEnd()
    {
        var start = reader.Position;
        if (!reader.Take('-'))
            return null;
        if (reader.LooksAt("]") || reader.LooksAt("[") || reader.LooksAt("&&"))
        {
            reader.Return(start);
            return null;
        }
        if (!reader.Take('\\'))
            return reader.TakeCodePoint();
        if (ParseSetEscape() is null)
            return ParseCodePointEscape(inBracket: true);
        reader.Return(start);
        return null;
    }

    private CodePointSet? ParsePosix()
    {
        var start = reader.Position;
        reader.Take("[:");
        var negated = reader.Take('^');
        var name = reader.TakeWhile(char.IsAsciiLetter, 20);
        if (!reader.Take(":]"))
        {
            reader.Return(start);
            return null;
        }
        var set = UnicodeSets.Posix(name) ?? throw reader.Error($"the POSIX bracket [:{name}:] is not supported");
        return negated ? set.Complement() : set;
    }

    private CodePointSet ParseProperty(bool negated)
    {
        if (!reader.Take('{'))
            throw reader.Error("\\p without braces is not supported");
        if (reader.Take('^'))
            negated = !negated;
        var name = reader.TakeUntil("}");
        var set = UnicodeSets.Named(name) ?? throw reader.Error($"the character property '{name}' is not supported");
        return negated ? set.Complement() : set;
    }

    private int CodePoint(string digits, int radix)
    {
        var value = 0L;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit(digit) || value > CodePointSet.Last)
                throw reader.Error("an escape names no code point");
            value = (value * radix) + int.Parse(digit.ToString(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }
        return value <= CodePointSet.Last ? (int)value : throw reader.Error("an escape names no code point");
    }

    // Two hex digits name a byte, which beyond ASCII would be part of a UTF-8 sequence.
    private int Latin(int value) =>
        value < 0x80 ? value : throw reader.Error("\\x of a byte above 7F is not supported; write \\u and four digits");

    private static CodePointSet Intersect(CodePointSet? left, List<(int, int)> ranges) =>
        left is null ? CodePointSet.Of(ranges) : left.Intersect(CodePointSet.Of(ranges));
}
