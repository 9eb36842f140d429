using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TaskArithmetic.Text.Tokenizers;

/// <summary>A digest of what gives token ids their meaning, whatever way the file spells it.</summary>
internal static class TokenMeaningDigest
{
    /// <summary>
    /// SHA-256, in lower-case hexadecimal, over: the number of tokens and each token with its id, by id; the number of merges
    /// and each one's two ids, by rank; the number of added tokens and each with its id and flags, by id; the scores of a unigram model, by id.
    /// Numbers are 32-bit and scores 64-bit little-endian; texts are UTF-8 behind their length in bytes.
    /// </summary>
    public static string Compute(TokenizerVocabulary vocabulary, IReadOnlyList<(int Left, int Right)> merges, IReadOnlyList<double> scores)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, vocabulary.Model.Count);
        foreach (var (token, id) in vocabulary.Model.OrderBy(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Append(hash, id);
            Append(hash, token);
        }
        Append(hash, merges.Count);
        foreach (var (left, right) in merges)
        {
            Append(hash, left);
            Append(hash, right);
        }
        Append(hash, vocabulary.Added.Count);
        foreach (var (id, token) in vocabulary.Added)
        {
            Append(hash, id);
            Append(hash, token.Content);
            hash.AppendData([Bit(token.SingleWord), Bit(token.LeftStrip), Bit(token.RightStrip), Bit(token.IsNormalized), Bit(token.IsSpecial)]);
        }
        foreach (var score in scores)
        {
            var bytes = new byte[8];
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, score);
            hash.AppendData(bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte Bit(bool flag) => flag ? (byte)1 : (byte)0;

    private static void Append(IncrementalHash hash, int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Append(hash, bytes.Length);
        hash.AppendData(bytes);
    }
}
