namespace TaskArithmetic.Evaluation.Tokenizers.Decoders;

/// <summary>Rewrites a list of tokens on its way back to text; the last one's results are joined.</summary>
internal interface IDecoder
{
    IReadOnlyList<string> Decode(IReadOnlyList<string> tokens);
}
