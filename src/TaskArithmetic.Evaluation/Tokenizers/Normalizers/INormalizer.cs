namespace TaskArithmetic.Evaluation.Tokenizers.Normalizers;

/// <summary>Rewrites a text before it is cut into words.</summary>
internal interface INormalizer
{
    string Normalize(string text);
}
