using System.Text;
using TaskArithmetic.Evaluation.Tokenizers.Models;

namespace TaskArithmetic.Evaluation.Tokenizers.Decoders;

/// <summary>Turns stand-in characters back into bytes and the bytes of all tokens together into text; bytes that are no UTF-8 become U+FFFD.</summary>
internal sealed class ByteLevelDecoder : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
            ByteAlphabet.AppendBytes(token, bytes);
        return [Encoding.UTF8.GetString([.. bytes])];
    }
}
