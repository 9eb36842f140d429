using System.Security.Cryptography;
using System.Text;

namespace TaskArithmetic.Caching;

/// <summary>
/// JSON that carries its own digest: <c>{"Sha256":"…","Content":…}</c>. Whatever was damaged or edited is known before it is read, so nothing
/// downstream meets values that were never written.
/// </summary>
internal static class SealedJson
{
    private const int DigestLength = 64;

    private static readonly byte[] Head = "{\"Sha256\":\""u8.ToArray();
    private static readonly byte[] Middle = "\",\"Content\":"u8.ToArray();

    /// <summary>Wraps the bytes of a JSON value.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> content) =>
        [.. Head, .. Encoding.ASCII.GetBytes(DigestOf(content)), .. Middle, .. content, (byte)'}'];

    /// <summary>The bytes of the value; null if they are not those that were sealed.</summary>
    public static byte[]? Open(ReadOnlySpan<byte> bytes)
    {
        var start = Head.Length + DigestLength + Middle.Length;
        if (bytes.Length <= start || !bytes.StartsWith(Head) || !bytes[(Head.Length + DigestLength)..].StartsWith(Middle) || bytes[^1] != '}')
            return null;
        var content = bytes[start..^1];
        return bytes.Slice(Head.Length, DigestLength).SequenceEqual(Encoding.ASCII.GetBytes(DigestOf(content))) ? content.ToArray() : null;
    }

    private static string DigestOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
