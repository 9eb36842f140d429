namespace TaskArithmetic.Evaluation.Tokenizers.Normalizers;

/// <summary>One normalizer after another; with none, the text stays as it is.</summary>
internal sealed class NormalizerSequence(IReadOnlyList<INormalizer> normalizers) : INormalizer
{
    public string Normalize(string text) =>
        normalizers.Aggregate(text, static (current, normalizer) =>
        {
            var normalized = normalizer.Normalize(current);
            TextGrowth.Require(normalized.Length);
            return normalized;
        });
}
