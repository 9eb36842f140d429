using TaskArithmetic.Evaluation.Tokenizers.Patterns;

namespace TaskArithmetic.Evaluation.Tokenizers.Decoders;

/// <summary>Puts a fixed text in the place of every match in each token.</summary>
internal sealed class ReplaceDecoder(PatternReplacement replacement) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [.. tokens.Select(replacement.Apply)];
}
