using System.Text;
using TaskArithmetic.Text.Tokenizers.Patterns;

namespace TaskArithmetic.Text.Tokenizers.PreTokenizers;

/// <summary>SentencePiece's words: spaces become a mark, usually ▁, and each word starts with one.</summary>
internal sealed class MetaspacePreTokenizer(Rune mark, PrependScheme scheme, bool split) : IPreTokenizer
{
    private readonly string mark = mark.ToString();

    private readonly SplitPreTokenizer? words = split
        ? new(new CharacterPattern(rune => rune == mark), SplitBehavior.MergedWithNext)
        : null;

    public SegmentedText PreTokenize(SegmentedText text)
    {
        var marked = new StringBuilder(text.Text.Length + 1);
        var segments = new List<TextSegment>(text.Segments.Count);
        foreach (var segment in text.Segments)
        {
            var start = marked.Length;
            var word = text[segment].ToString().Replace(" ", mark, StringComparison.Ordinal);
            if (!word.StartsWith(mark, StringComparison.Ordinal)
                && (scheme == PrependScheme.Always || (scheme == PrependScheme.First && segment.IsAtStart)))
                marked.Append(mark);
            marked.Append(word);
            segments.Add(segment with { Start = start, Length = marked.Length - start });
        }
        var result = new SegmentedText(marked.ToString(), segments);
        return words?.PreTokenize(result) ?? result;
    }
}
