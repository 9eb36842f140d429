using System.Text;
using TaskArithmetic.Text.Tokenizers.Models;
using TaskArithmetic.Text.Tokenizers.Patterns;

namespace TaskArithmetic.Text.Tokenizers.PreTokenizers;

/// <summary>Optionally puts a space in front and cuts as GPT-2 does, then writes every UTF-8 byte as its stand-in character.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool useRegex) : IPreTokenizer
{
    private const string Gpt2Words = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private readonly SplitPreTokenizer? words = useRegex ? new(new OnigurumaPattern(Gpt2Words), SplitBehavior.Isolated) : null;

    public SegmentedText PreTokenize(SegmentedText text)
    {
        if (addPrefixSpace)
            text = AddPrefixSpaces(text);
        if (words is not null)
            text = words.PreTokenize(text);
        var bytes = new StringBuilder(text.Text.Length + (text.Text.Length / 8));
        var segments = new List<TextSegment>(text.Segments.Count);
        foreach (var segment in text.Segments)
        {
            var start = bytes.Length;
            ByteAlphabet.Append(text[segment], bytes);
            segments.Add(segment with { Start = start, Length = bytes.Length - start });
        }
        return new(bytes.ToString(), segments);
    }

    private static SegmentedText AddPrefixSpaces(SegmentedText text)
    {
        var spaced = new StringBuilder(text.Text.Length + text.Segments.Count);
        var segments = new List<TextSegment>(text.Segments.Count);
        foreach (var segment in text.Segments)
        {
            var start = spaced.Length;
            if (text[segment][0] != ' ')
                spaced.Append(' ');
            spaced.Append(text[segment]);
            segments.Add(segment with { Start = start, Length = spaced.Length - start });
        }
        return new(spaced.ToString(), segments);
    }
}
