namespace TaskArithmetic.Evaluation.Tokenizers.Decoders;

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
