using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Caching;

/// <summary>
/// SHA-256 of files, remembered by path and by everything the file system says of the file, so that a 15 GB model is hashed once and not at
/// every build. Nothing is believed that can be set back: names and dates prove nothing, the time of the last change (ctime) does.
/// Safe under concurrent processes: each file's note is its own and carries its own digest.
/// </summary>
public sealed class FileDigests
{
    /// <summary>A file changed this recently may change again without its time moving: its digest is not remembered.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    private readonly string? folder;

    /// <param name="cacheRoot">The cache folder; null remembers nothing.</param>
    public FileDigests(string? cacheRoot) => folder = cacheRoot is null ? null : Path.Combine(cacheRoot, "digests");

    /// <summary>Why a digest could not be remembered, which costs time and nothing else; null if none failed.</summary>
    internal Exception? Failure { get; private set; }

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
    /// <exception cref="DiagnosticException">TA2001 the file cannot be read.</exception>
    public string Of(string path)
    {
        try
        {
            using var handle = RegularFile.Open(path);
            if (Remembered(path, FileStatus.Of(handle, path)) is { } known)
                return known;
            var before = CanBeRemembered(handle, path);
            var digest = Compute(handle);
            // A file that changed while it was read must not be remembered under either state.
            if (before is { } status && FileStatus.Of(handle, path) == status)
                Remember(path, status, digest);
            return digest;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SafetensorsDiagnostics.Unreadable(path, e);
        }
    }

    /// <summary>The SHA-256 of a file's bytes, read now, lower-case hex.</summary>
    public static string Compute(string path)
    {
        using var handle = RegularFile.Open(path);
        return Compute(handle);
    }

    /// <summary>The digest that is remembered for a file that is in exactly this state; null if none is.</summary>
    internal string? Remembered(string path, FileStatus status) =>
        NotePath(path) is { } note && Read(note) is { } known && known.Path == Path.GetFullPath(path) && known.Status == status ? known.Sha256 : null;

    /// <summary>
    /// The state under which the digest of an open file may be remembered, if it still is in that state once it was read;
    /// null where a change could go unnoticed: the file was written just now, or lies where its times do not tell of every write.
    /// </summary>
    private static FileStatus? CanBeRemembered(SafeFileHandle handle, string path)
    {
        if (!MappedWrites.MakeNoticeable(handle))
            return null;
        var status = FileStatus.Of(handle, path);
        return IsSettled(status) ? status : null;
    }

    /// <summary>Remembers a digest; where that fails it only costs time, see <see cref="Failure"/>.</summary>
    internal void Remember(string path, FileStatus status, string digest)
    {
        if (NotePath(path) is not { } note)
            return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(note)!);
            Write(note, SealedJson.Seal(JsonSerializer.SerializeToUtf8Bytes(new Note(Path.GetFullPath(path), status, digest))));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failure = e;
        }
    }

    /// <summary>Whether so much time has passed since the last change that another one would show.</summary>
    internal static bool IsSettled(FileStatus status)
    {
        if (!OperatingSystem.IsLinux())
            return DateTime.UtcNow.Ticks - status.ModifiedTicks > Settling.Ticks;
        var now = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        return now - Math.Max(status.ChangedTicks, status.ModifiedTicks) > Settling.Ticks * TimeSpan.NanosecondsPerTick;
    }

    private static string Compute(SafeFileHandle handle)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        long offset = 0;
        for (int read; (read = RandomAccess.Read(handle, buffer, offset)) > 0; offset += read)
            hash.AppendData(buffer, 0, read);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private string? NotePath(string path) => folder is null
        ? null
        : Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(path))))[..32] + ".json");

    /// <summary>In place, so that a kill leaves nothing beside it: a note that was cut short or written by two at once has a broken seal and counts as none.</summary>
    private static void Write(string note, byte[] bytes)
    {
        if (new FileInfo(note).LinkTarget is not null)
            File.Delete(note);
        using var handle = File.OpenHandle(note, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.Write(handle, bytes, 0);
    }

    private static Note? Read(string path)
    {
        try
        {
            return File.Exists(path) && SealedJson.Open(RegularFile.ReadBytes(path)) is { } content ? JsonSerializer.Deserialize<Note>(content) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // A damaged note is worth no more than none: the file is hashed and the note replaced.
            return null;
        }
    }

    private sealed record Note(string Path, FileStatus Status, string Sha256);
}
