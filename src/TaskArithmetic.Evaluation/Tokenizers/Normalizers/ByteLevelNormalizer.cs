using System.Text;
using TaskArithmetic.Evaluation.Tokenizers.Models;

namespace TaskArithmetic.Evaluation.Tokenizers.Normalizers;

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
