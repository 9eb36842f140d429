using System.Security.Cryptography;
using System.Text;

namespace TaskArithmetic.Caching;

/// <summary>
/// A JSON object that carries its own digest as its first member: <c>{"Sha256":"…",…}</c>. Whatever was damaged or edited is known before it is
/// read, so nothing downstream meets values that were never written.
/// </summary>
internal static class SealedJson
{
    private const int DigestLength = 64;

    private static readonly byte[] Head = "{\"Sha256\":\""u8.ToArray();
    private static readonly byte[] Tail = "\","u8.ToArray();

    /// <summary>Adds the digest to an object.</summary>
    /// <param name="content">The bytes of the object, which has at least one member.</param>
    public static byte[] Seal(ReadOnlySpan<byte> content) => content.StartsWith("{"u8)
        ? [.. Head, .. DigestOf(content), .. Tail, .. content[1..]]
        : throw new ArgumentException("only an object can be sealed", nameof(content));

    /// <summary>The bytes of the object without the digest; null if they are not those that were sealed.</summary>
    public static byte[]? Open(ReadOnlySpan<byte> bytes)
    {
        var start = Head.Length + DigestLength + Tail.Length;
        if (bytes.Length <= start || !bytes.StartsWith(Head) || !bytes[(Head.Length + DigestLength)..].StartsWith(Tail))
            return null;
        byte[] content = [(byte)'{', .. bytes[start..]];
        return bytes.Slice(Head.Length, DigestLength).SequenceEqual(DigestOf(content)) ? content : null;
    }

    private static byte[] DigestOf(ReadOnlySpan<byte> content) => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(content)));
}
