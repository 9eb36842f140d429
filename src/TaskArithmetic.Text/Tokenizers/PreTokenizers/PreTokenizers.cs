namespace TaskArithmetic.Text.Tokenizers.PreTokenizers;

/// <summary>Cuts segments further, and may rewrite them; the model never merges across a cut.</summary>
internal interface IPreTokenizer
{
    SegmentedText PreTokenize(SegmentedText text);
}

/// <summary>One pre-tokenizer after another; with none, the segments stay as they are.</summary>
internal sealed class PreTokenizerSequence(IReadOnlyList<IPreTokenizer> preTokenizers) : IPreTokenizer
{
    public SegmentedText PreTokenize(SegmentedText text) =>
        preTokenizers.Aggregate(text, static (current, preTokenizer) =>
        {
            var cut = preTokenizer.PreTokenize(current);
            TextGrowth.Require(cut.Text.Length);
            return cut;
        });
}

/// <summary>Which segments get the mark of a word's start put in front.</summary>
internal enum PrependScheme
{
    /// <summary>Every one that lacks it.</summary>
    Always,

    /// <summary>Only the one the input text starts with.</summary>
    First,

    /// <summary>None.</summary>
    Never,
}

/// <summary>A text and the segments it is cut into, in order; what lies in no segment is dropped.</summary>
internal sealed record SegmentedText(string Text, IReadOnlyList<TextSegment> Segments)
{
    public ReadOnlySpan<char> this[TextSegment segment] => Text.AsSpan(segment.Start, segment.Length);
}

/// <summary>What becomes of the matches a text is cut at; <c>the-final--countdown</c> cut at <c>-</c> shows each.</summary>
internal enum SplitBehavior
{
    /// <summary><c>the</c>, <c>final</c>, <c>countdown</c>.</summary>
    Removed,

    /// <summary><c>the</c>, <c>-</c>, <c>final</c>, <c>-</c>, <c>-</c>, <c>countdown</c>.</summary>
    Isolated,

    /// <summary><c>the-</c>, <c>final-</c>, <c>-</c>, <c>countdown</c>.</summary>
    MergedWithPrevious,

    /// <summary><c>the</c>, <c>-final</c>, <c>-</c>, <c>-countdown</c>.</summary>
    MergedWithNext,

    /// <summary><c>the</c>, <c>-</c>, <c>final</c>, <c>--</c>, <c>countdown</c>.</summary>
    Contiguous,
}

/// <summary>A word-like part of a text, in UTF-16 units.</summary>
/// <param name="Start">Where it starts in the text it is cut from.</param>
/// <param name="Length">How long it is; never 0.</param>
/// <param name="IsAtStart">Whether the input text starts with it.</param>
internal readonly record struct TextSegment(int Start, int Length, bool IsAtStart);
