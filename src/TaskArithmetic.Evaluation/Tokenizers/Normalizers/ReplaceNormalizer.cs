using TaskArithmetic.Evaluation.Tokenizers.Patterns;

namespace TaskArithmetic.Evaluation.Tokenizers.Normalizers;

/// <summary>Puts a fixed text in the place of every match.</summary>
internal sealed class ReplaceNormalizer(PatternReplacement replacement) : INormalizer
{
    public string Normalize(string text) => replacement.Apply(text);
}
