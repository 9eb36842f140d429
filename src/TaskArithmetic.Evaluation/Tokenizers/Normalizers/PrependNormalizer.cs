namespace TaskArithmetic.Evaluation.Tokenizers.Normalizers;

/// <summary>Puts a text in front of any that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    public string Normalize(string text)
    {
        if (text.Length == 0)
            return text;
        TextGrowth.Require((long)prefix.Length + text.Length);
        return prefix + text;
    }
}
