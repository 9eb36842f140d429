using System.Text;
using TaskArithmetic.Text.Tokenizers.Models;
using TaskArithmetic.Text.Tokenizers.Patterns;
using TaskArithmetic.Text.Tokenizers.PreTokenizers;

namespace TaskArithmetic.Text.Tokenizers.Decoders;

/// <summary>Rewrites a list of tokens on its way back to text; the last one's results are joined.</summary>
internal interface IDecoder
{
    IReadOnlyList<string> Decode(IReadOnlyList<string> tokens);
}

/// <summary>One decoder after another.</summary>
internal sealed class DecoderSequence(IReadOnlyList<IDecoder> decoders) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) =>
        decoders.Aggregate(tokens, static (current, decoder) =>
        {
            var decoded = decoder.Decode(current);
            TextGrowth.Require(decoded.Sum(token => (long)token.Length));
            return decoded;
        });
}

/// <summary>Turns stand-in characters back into bytes and the bytes of all tokens together into text; bytes that are no UTF-8 become U+FFFD.</summary>
internal sealed class ByteLevelDecoder : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
            ByteAlphabet.AppendBytes(token, bytes);
        return [Encoding.UTF8.GetString([.. bytes])];
    }
}

/// <summary>Joins all tokens into one, so that the decoders after it see the whole text.</summary>
internal sealed class FuseDecoder : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [string.Concat(tokens)];
}

/// <summary>Turns the marks of words' starts back into spaces; the first token loses them unless none was put in front.</summary>
internal sealed class MetaspaceDecoder(Rune mark, PrependScheme scheme) : IDecoder
{
    private readonly string mark = mark.ToString();

    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) =>
        [.. tokens.Select((token, i) => token.Replace(mark, i == 0 && scheme != PrependScheme.Never ? "" : " ", StringComparison.Ordinal))];
}

/// <summary>Puts a fixed text in the place of every match in each token.</summary>
internal sealed class ReplaceDecoder(PatternReplacement replacement) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens)
    {
        var result = new List<string>(tokens.Count);
        var length = 0L;
        foreach (var token in tokens)
        {
            result.Add(replacement.Apply(token));
            TextGrowth.Require(length += result[^1].Length);
        }
        return result;
    }
}

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

/// <summary>Joins continuing pieces by their prefix and other tokens by spaces, then optionally closes up English punctuation.</summary>
internal sealed class WordPieceDecoder(string prefix, bool cleanup) : IDecoder
{
    private static readonly (string From, string To)[] Cleanup =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
        (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [.. tokens.Select(Decode)];

    private string Decode(string token, int index)
    {
        if (index > 0)
            token = token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
        return cleanup
            ? Cleanup.Aggregate(token, (text, rule) => text.Replace(rule.From, rule.To, StringComparison.Ordinal))
            : token;
    }
}

/// <summary>Turns the suffix that ends words into spaces, and drops it at the end of the text (the kind <c>BPEDecoder</c>).</summary>
internal sealed class WordSuffixDecoder(string suffix) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) =>
        [.. tokens.Select((token, i) => token.Replace(suffix, i == tokens.Count - 1 ? "" : " ", StringComparison.Ordinal))];
}
