using System.Globalization;
using System.Text;

namespace TaskArithmetic.Text.Tokenizers.Decoders;

/// <summary>Turns runs of byte tokens such as <c>&lt;0xE5&gt;</c> into text; a run that is no UTF-8 becomes one U+FFFD per byte.</summary>
internal sealed class ByteFallbackDecoder : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens)
    {
        var result = new List<string>(tokens.Count);
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            if (TryParse(token, out var b))
            {
                bytes.Add(b);
                continue;
            }
            Flush(bytes, result);
            result.Add(token);
        }
        Flush(bytes, result);
        return result;
    }

    private static bool TryParse(string token, out byte value)
    {
        value = 0;
        // Rust parses the two digits as a number, which may carry a plus sign.
        return token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
            && char.IsAsciiHexDigit(token[4]) && (char.IsAsciiHexDigit(token[3]) || token[3] == '+')
            && byte.TryParse(token.AsSpan(3, 2).TrimStart('+'), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static void Flush(List<byte> bytes, List<string> result)
    {
        if (bytes.Count == 0)
            return;
        byte[] run = [.. bytes];
        if (System.Text.Unicode.Utf8.IsValid(run))
            result.Add(Encoding.UTF8.GetString(run));
        else
            result.AddRange(Enumerable.Repeat("\uFFFD", run.Length));
        bytes.Clear();
    }
}
