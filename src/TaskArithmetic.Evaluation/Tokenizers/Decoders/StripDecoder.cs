using System.Text;

namespace TaskArithmetic.Evaluation.Tokenizers.Decoders;

/// <summary>Takes up to so many of one character from the start and from the end of each token.</summary>
internal sealed class StripDecoder(Rune character, int start, int stop) : IDecoder
{
    private readonly string character = character.ToString();

    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [.. tokens.Select(Strip)];

    private string Strip(string token)
    {
        for (var i = 0; i < start && token.StartsWith(character, StringComparison.Ordinal); i++)
            token = token[character.Length..];
        for (var i = 0; i < stop && token.EndsWith(character, StringComparison.Ordinal); i++)
            token = token[..^character.Length];
        return token;
    }
}
