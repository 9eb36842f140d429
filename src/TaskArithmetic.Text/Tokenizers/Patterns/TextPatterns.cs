namespace TaskArithmetic.Text.Tokenizers.Patterns;

/// <summary>What a text is cut at.</summary>
internal interface ITextPattern
{
    /// <summary>Adds contiguous spans, matches and what lies between them, that cover the whole of <paramref name="text"/>.</summary>
    void Cut(ReadOnlySpan<char> text, List<PatternSpan> spans);
}

/// <summary>Matches one text, literally.</summary>
internal sealed class LiteralPattern(string literal) : ITextPattern
{
    public void Cut(ReadOnlySpan<char> text, List<PatternSpan> spans)
    {
        var start = 0;
        while (start < text.Length)
        {
            var found = text[start..].IndexOf(literal, StringComparison.Ordinal);
            if (found != 0)
                spans.Add(new(start, found < 0 ? text.Length - start : found, false));
            if (found < 0)
                return;
            spans.Add(new(start + found, literal.Length, true));
            start += found + literal.Length;
        }
    }
}

/// <summary>A regular expression is malformed or uses a construct outside the supported part of Oniguruma's syntax.</summary>
internal sealed class PatternException(int offset, string reason) : Exception(reason)
{
    /// <summary>Where in the expression, in UTF-16 units.</summary>
    public int Offset { get; } = offset;
}

/// <summary>A piece of a translated expression: syntax that both dialects share, or a set that matches one code point.</summary>
internal readonly record struct PatternPart(string? Syntax, CodePointSet? Set)
{
    public static implicit operator PatternPart(string syntax) => new(syntax, null);

    public static implicit operator PatternPart(CodePointSet set) => new(null, set);
}

/// <summary>A stretch of text, in UTF-16 units, that a pattern matched or passed over.</summary>
internal readonly record struct PatternSpan(int Start, int Length, bool IsMatch);
