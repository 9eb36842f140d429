using System.Text;

namespace TaskArithmetic.Text.Tokenizers.Models;

/// <summary>
/// GPT-2's stand-in character for each byte (Radford et al. 2019, <c>bytes_to_unicode</c>): printable Latin-1 characters stand for
/// themselves, the other bytes, in order, for U+0100 and on.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = BuildCharacters();

    private static readonly Dictionary<char, byte> Bytes =
        Enumerable.Range(0, 256).ToDictionary(b => Characters[b], b => (byte)b);

    /// <summary>Appends the stand-ins of a text's UTF-8 bytes.</summary>
    public static void Append(ReadOnlySpan<char> text, StringBuilder result)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii)
            {
                result.Append(Characters[rune.Value]);
                continue;
            }
            foreach (var b in utf8[..rune.EncodeToUtf8(utf8)])
                result.Append(Characters[b]);
        }
    }

    /// <summary>Appends the bytes a token stands for; a token with any other character stands for its own UTF-8 bytes.</summary>
    public static void AppendBytes(string token, List<byte> result)
    {
        var before = result.Count;
        foreach (var c in token)
        {
            if (Bytes.TryGetValue(c, out var b))
            {
                result.Add(b);
                continue;
            }
            result.RemoveRange(before, result.Count - before);
            result.AddRange(Encoding.UTF8.GetBytes(token));
            return;
        }
    }

    private static char[] BuildCharacters()
    {
        var characters = new char[256];
        var next = 0x100;
        for (var b = 0; b < 256; b++)
        {
            var isPrintable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            characters[b] = (char)(isPrintable ? b : next++);
        }
        return characters;
    }
}
