using System.Text;

namespace TaskArithmetic.Evaluation.Tokenizers.Normalizers;

/// <summary>Lower case of each character by itself, without regard to culture or position.</summary>
internal sealed class LowercaseNormalizer : INormalizer
{
    public string Normalize(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // The only character whose lower case is two: capital I with a dot keeps its dot.
            if (rune.Value == 0x130)
                result.Append("i\u0307");
            else
                result.Append(Rune.ToLowerInvariant(rune).ToString());
        }
        return result.ToString();
    }
}
