using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Sources.Hub;

/// <summary>What the hub says of a file, without its bytes.</summary>
/// <param name="Commit">The commit that the revision names.</param>
/// <param name="Digest">SHA-256 of the bytes, 64 digits, for a file in the large store; else 40 digits, git's SHA-1 of the blob. Its name in the cache.</param>
/// <param name="Size">Number of bytes.</param>
/// <param name="Location">Where the bytes are.</param>
internal sealed partial record HubFileFacts(string Commit, string Digest, long Size, Uri Location)
{
    /// <summary>Whether the digest is a SHA-256, as the merge's own digests are.</summary>
    public bool HasSha256 => Digest.Length == 64;

    /// <summary>Reads the answer to a HEAD request.</summary>
    /// <exception cref="DiagnosticException">TA5010 a hub would have said more.</exception>
    public static HubFileFacts Of(HubAnswer answer)
    {
        var response = answer.Required;
        var commit = answer.Commit ?? throw Missing("it lacks X-Repo-Commit");
        if (!HubFileName.IsCommit(commit))
            throw Missing("its X-Repo-Commit is no commit");
        // What is said of the file behind a redirection counts, not what the answer itself is.
        var etag = HubTransport.Header(response, "X-Linked-Etag") ?? HubTransport.Header(response, "ETag") ?? throw Missing("it lacks an ETag");
        var digest = (etag.StartsWith("W/", StringComparison.Ordinal) ? etag[2..] : etag).Trim('"');
        // It becomes a file's name and is what the bytes are checked against.
        if (!Hexadecimal().IsMatch(digest))
            throw Missing("its ETag is no digest, so that nothing could be checked");
        var length = HubTransport.Header(response, "X-Linked-Size") ?? response.Content.Headers.ContentLength?.ToString(CultureInfo.InvariantCulture);
        if (!long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            throw Missing("it lacks a length");
        var isRedirected = (int)response.StatusCode >= 300 && response.Headers.Location is not null;
        return new(commit, digest, size, isRedirected ? new Uri(answer.Uri, response.Headers.Location!) : answer.Uri);

        DiagnosticException Missing(string problem) => new(HubDiagnostics.NotAHub(answer.Uri, problem));
    }

    /// <summary>A hash of the kind that the digest is, begun.</summary>
    public IncrementalHash StartHash()
    {
        if (HasSha256)
            return IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
#pragma warning disable CA5350 // Git names its blobs by SHA-1; the hub says nothing stronger of small files.
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {Size}\0")));
        return hash;
    }

    [GeneratedRegex(@"\A(?:[0-9a-f]{40}|[0-9a-f]{64})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hexadecimal();
}
