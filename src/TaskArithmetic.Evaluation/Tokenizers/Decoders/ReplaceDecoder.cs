using TaskArithmetic.Evaluation.Tokenizers.Patterns;

namespace TaskArithmetic.Evaluation.Tokenizers.Decoders;

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
