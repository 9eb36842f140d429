namespace TaskArithmetic.Evaluation.Tokenizers.Decoders;

/// <summary>Turns the suffix that ends words into spaces, and drops it at the end of the text (the kind <c>BPEDecoder</c>).</summary>
internal sealed class WordSuffixDecoder(string suffix) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) =>
        [.. tokens.Select((token, i) => token.Replace(suffix, i == tokens.Count - 1 ? "" : " ", StringComparison.Ordinal))];
}
