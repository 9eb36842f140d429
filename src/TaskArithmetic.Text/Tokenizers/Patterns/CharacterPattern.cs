using System.Text;

namespace TaskArithmetic.Text.Tokenizers.Patterns;

/// <summary>Matches each character of a kind by itself.</summary>
internal sealed class CharacterPattern(Func<Rune, bool> isMatch) : ITextPattern
{
    public void Cut(ReadOnlySpan<char> text, List<PatternSpan> spans)
    {
        int passed = 0, position = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.Utf16SequenceLength;
            if (isMatch(rune))
            {
                if (passed < position)
                    spans.Add(new(passed, position - passed, false));
                spans.Add(new(position, length, true));
                passed = position + length;
            }
            position += length;
        }
        if (passed < position)
            spans.Add(new(passed, position - passed, false));
    }
}
