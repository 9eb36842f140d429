using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Caching;

/// <summary>
/// SHA-256 of files, remembered by path, size, time and inode, so that a 15 GB model is hashed once and not at every build.
/// Safe under concurrent processes: each file's note is its own and replaced whole.
/// </summary>
public sealed class FileDigests
{
    /// <summary>A file written this recently may change again without its time moving: its digest is not remembered.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    private readonly string? folder;

    /// <param name="cacheRoot">The cache folder; null remembers nothing.</param>
    public FileDigests(string? cacheRoot) => folder = cacheRoot is null ? null : Path.Combine(cacheRoot, "digests");

    /// <summary>Digests of several files, each read by one thread; the result is in the order of the paths.</summary>
    /// <exception cref="DiagnosticException">As <see cref="Of"/>, for every file that was tried.</exception>
    public IReadOnlyList<string> OfAll(IReadOnlyList<string> paths, int threads, CancellationToken cancellationToken)
    {
        var digests = new string[paths.Count];
        try
        {
            Parallel.For(0, paths.Count, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, threads), CancellationToken = cancellationToken },
                i => digests[i] = Of(paths[i]));
        }
        catch (AggregateException e) when (e.Flatten().InnerExceptions.All(inner => inner is DiagnosticException))
        {
            throw new DiagnosticException([.. e.Flatten().InnerExceptions.Cast<DiagnosticException>().SelectMany(d => d.Diagnostics).Distinct()], e);
        }
        return digests;
    }

    /// <summary>The SHA-256 of a file's bytes, lower-case hex.</summary>
    /// <exception cref="DiagnosticException">TA2001 the file cannot be read; TA0010 the cache folder cannot be written.</exception>
    public string Of(string path)
    {
        try
        {
            return OfFile(Path.GetFullPath(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SafetensorsDiagnostics.Unreadable(path, e);
        }
    }

    private string OfFile(string full)
    {
        if (BlobName(full) is { } blob)
            return blob;
        var fingerprint = FileFingerprint.Of(full);
        var note = folder is null ? null : Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(full)))[..32] + ".json");
        if (note is not null && Read(note) is { } known && known.Path == full && known.Fingerprint == fingerprint)
            return known.Sha256;
        var digest = Compute(full);
        // A file that changed while it was read must not be remembered under either state.
        if (note is not null && FileFingerprint.Of(full) == fingerprint && DateTime.UtcNow.Ticks - fingerprint.ModifiedTicks > Settling.Ticks)
            Write(note, new Note(full, fingerprint, digest));
        return digest;
    }

    /// <summary>The SHA-256 of a file's bytes, read now, lower-case hex.</summary>
    public static string Compute(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>
    /// The hub's cache names large files by their SHA-256: <c>models--org--name/snapshots/rev/file → ../../blobs/SHA256</c>.
    /// Small files are named by a git SHA-1 of 40 digits and are hashed like any other.
    /// </summary>
    private static string? BlobName(string path)
    {
        if (new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) is not FileInfo { Exists: true } target)
            return null;
        var isBlob = target.Directory is { Name: "blobs", Parent.Name: var repository } && repository.StartsWith("models--", StringComparison.Ordinal)
            && target.Name.Length == 64 && target.Name.All(char.IsAsciiHexDigitLower);
        return isBlob ? target.Name : null;
    }

    private static Note? Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Note>(File.ReadAllBytes(path)) : null;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            // A damaged note is worth no more than none: the file is hashed and the note replaced.
            return null;
        }
    }

    private static void Write(string path, Note note)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(note));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CacheDiagnostics.Unusable(Path.GetDirectoryName(path)!, e);
        }
    }

    private sealed record Note(string Path, FileFingerprint Fingerprint, string Sha256);
}
