using System.Text;
using TaskArithmetic.Text.Tokenizers.Models;
using TaskArithmetic.Text.Tokenizers.Patterns;

namespace TaskArithmetic.Text.Tokenizers.Normalizers;

/// <summary>Rewrites a text before it is cut into words.</summary>
internal interface INormalizer
{
    string Normalize(string text);
}

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

/// <summary>Writes every UTF-8 byte of a text as its stand-in character.</summary>
internal sealed class ByteLevelNormalizer : INormalizer
{
    public string Normalize(string text)
    {
        var result = new StringBuilder(text.Length);
        ByteAlphabet.Append(text, result);
        return result.ToString();
    }
}

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

/// <summary>Puts a fixed text in the place of every match.</summary>
internal sealed class ReplaceNormalizer(PatternReplacement replacement) : INormalizer
{
    public string Normalize(string text) => replacement.Apply(text);
}

/// <summary>Removes white space from the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : INormalizer
{
    public string Normalize(string text)
    {
        if (left)
            text = text.TrimStart();
        return right ? text.TrimEnd() : text;
    }
}
