namespace TaskArithmetic.Evaluation.Tokenizers.Patterns;

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
