namespace TaskArithmetic.Evaluation.Tokenizers.Decoders;

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
