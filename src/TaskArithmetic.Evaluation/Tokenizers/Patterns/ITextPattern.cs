namespace TaskArithmetic.Evaluation.Tokenizers.Patterns;

/// <summary>What a text is cut at.</summary>
internal interface ITextPattern
{
    /// <summary>Adds contiguous spans, matches and what lies between them, that cover the whole of <paramref name="text"/>.</summary>
    void Cut(ReadOnlySpan<char> text, List<PatternSpan> spans);
}
