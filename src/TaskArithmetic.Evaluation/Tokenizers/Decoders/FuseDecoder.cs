namespace TaskArithmetic.Evaluation.Tokenizers.Decoders;

/// <summary>Joins all tokens into one, so that the decoders after it see the whole text.</summary>
internal sealed class FuseDecoder : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [string.Concat(tokens)];
}
