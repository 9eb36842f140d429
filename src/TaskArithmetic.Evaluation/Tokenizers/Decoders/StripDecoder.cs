using System.Text;

namespace TaskArithmetic.Evaluation.Tokenizers.Decoders;

/// <summary>Takes up to so many of one character from the start and from the end of each token.</summary>
internal sealed class StripDecoder(Rune character, int start, int stop) : IDecoder
{
    private readonly string character = character.ToString();

    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [.. tokens.Select(Strip)];

    private string Strip(string token)
    {
        var rest = token.AsSpan();
        for (var i = 0; i < start && rest.StartsWith(character, StringComparison.Ordinal); i++)
            rest = rest[character.Length..];
        for (var i = 0; i < stop && rest.EndsWith(character, StringComparison.Ordinal); i++)
            rest = rest[..^character.Length];
        return rest.ToString();
    }
}
