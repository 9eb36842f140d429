using TaskArithmetic.Evaluation.Engines;
using TaskArithmetic.Text.Tokenizers;

namespace TaskArithmetic.Evaluation.Embedded;

/// <summary>
/// Follows one answer as it grows and says from which token on stop strings count: none inside reasoning, and then those after its end
/// and the white space that follows it, which is cut off before stop strings are looked for.
/// </summary>
internal sealed class ReasoningWatch(HuggingFaceTokenizer tokenizer, ReasoningMarker marker, bool isOpen)
{
    // Two more tokens than a marker has itself, since it may be cut into other tokens in context.
    private readonly int endWindow = tokenizer.Encode(marker.End, addSpecialTokens: false).Length + 2;
    private readonly int startWindow = marker.Start is null ? 0 : tokenizer.Encode(marker.Start, addSpecialTokens: false).Length + 2;
    private bool isInside = isOpen || marker.IsGiven;
    private bool hasEnded;
    private bool hasText;
    private int from;

    /// <summary>The first token in which stop strings count, or null inside reasoning. To be asked after every token.</summary>
    public int? AnswerStart(IReadOnlyList<int> ids)
    {
        if (isInside && Holds(ids, endWindow, marker.End))
            (isInside, hasEnded, hasText, from) = (false, true, false, ids.Count);
        else if (!isInside && marker.Start is { } start && Holds(ids, startWindow, start))
            (isInside, from) = (true, ids.Count);
        if (isInside)
            return null;
        if (hasEnded && !hasText && from < ids.Count)
        {
            hasText = !string.IsNullOrWhiteSpace(tokenizer.Decode([.. ids.Skip(from)], skipSpecialTokens: false));
            from = hasText ? from : ids.Count;
        }
        return from;
    }

    private bool Holds(IReadOnlyList<int> ids, int window, string text) =>
        tokenizer.Decode([.. ids.Skip(Math.Max(from, ids.Count - window))], skipSpecialTokens: false).Contains(text, StringComparison.Ordinal);
}
