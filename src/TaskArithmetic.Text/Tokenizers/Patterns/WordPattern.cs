using System.Text;

namespace TaskArithmetic.Text.Tokenizers.Patterns;

/// <summary>Matches runs of word characters and runs of what is neither word nor space: <c>\w+|[^\w\s]+</c>.</summary>
internal sealed class WordPattern : ITextPattern
{
    private enum Kind
    {
        Space,
        Word,
        Symbol,
    }

    public void Cut(ReadOnlySpan<char> text, List<PatternSpan> spans)
    {
        int start = 0, position = 0;
        var current = Kind.Space;
        foreach (var rune in text.EnumerateRunes())
        {
            var kind = Rune.IsWhiteSpace(rune) ? Kind.Space : CharacterKinds.IsWord(rune) ? Kind.Word : Kind.Symbol;
            if (kind != current)
            {
                if (start < position)
                    spans.Add(new(start, position - start, current != Kind.Space));
                start = position;
                current = kind;
            }
            position += rune.Utf16SequenceLength;
        }
        if (start < position)
            spans.Add(new(start, position - start, current != Kind.Space));
    }
}
