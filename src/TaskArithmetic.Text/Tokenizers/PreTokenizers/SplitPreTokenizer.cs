using TaskArithmetic.Text.Tokenizers.Patterns;

namespace TaskArithmetic.Text.Tokenizers.PreTokenizers;

/// <summary>Cuts at the matches of a pattern, or at what lies between them.</summary>
internal sealed class SplitPreTokenizer(ITextPattern pattern, SplitBehavior behavior, bool invert = false) : IPreTokenizer
{
    public SegmentedText PreTokenize(SegmentedText text)
    {
        var segments = new List<TextSegment>(text.Segments.Count);
        var spans = new List<PatternSpan>();
        foreach (var segment in text.Segments)
        {
            spans.Clear();
            pattern.Cut(text[segment], spans);
            foreach (var (start, length) in Join(spans))
            {
                if (length > 0)
                    segments.Add(new(segment.Start + start, length, segment.IsAtStart && start == 0));
            }
        }
        return text with { Segments = segments };
    }

    private IEnumerable<(int Start, int Length)> Join(List<PatternSpan> spans) => behavior switch
    {
        SplitBehavior.Removed => spans.Where(span => span.IsMatch == invert).Select(span => (span.Start, span.Length)),
        SplitBehavior.Isolated => spans.Select(span => (span.Start, span.Length)),
        SplitBehavior.Contiguous => JoinWhere(spans, (left, right) => left == right),
        SplitBehavior.MergedWithPrevious => JoinWhere(spans, (left, right) => right && !left),
        _ => JoinWhere(spans, (left, right) => left && !right),
    };

    // Each rule looks at two neighbours' kinds (true = delimiter) as they were before any joining. For the merging
    // rules that keeps delimiters in a row apart, save the one that touches the text it belongs to.
    private IEnumerable<(int Start, int Length)> JoinWhere(List<PatternSpan> spans, Func<bool, bool, bool> belongTogether)
    {
        for (var i = 0; i < spans.Count;)
        {
            var start = spans[i].Start;
            var end = start + spans[i].Length;
            while (++i < spans.Count && belongTogether(spans[i - 1].IsMatch != invert, spans[i].IsMatch != invert))
                end = spans[i].Start + spans[i].Length;
            yield return (start, end - start);
        }
    }
}
