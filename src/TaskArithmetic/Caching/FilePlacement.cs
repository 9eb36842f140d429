using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using TaskArithmetic.Files;

namespace TaskArithmetic.Caching;

/// <summary>
/// Puts a cached file in a second place that shares no byte with it: by reflink where the file system can, else by copy. Never by hard link, through
/// which an edit of the output would be an edit of the cache; see decision 0010.
/// </summary>
internal static partial class FilePlacement
{
    private const nuint CloneRequest = 0x40049409;
    private const int BufferSize = 1 << 20;

    /// <summary>Places a file at <paramref name="destination"/>, which must not exist, and proves that what was placed is what was stored.</summary>
    /// <param name="source">The cached file.</param>
    /// <param name="destination">The new file.</param>
    /// <param name="expected">Size and digest; null if this process has just written and hashed the source.</param>
    /// <returns>How it was done: <c>reflink</c> or <c>copy</c>.</returns>
    /// <exception cref="DamagedEntryException">The source cannot be read or is not what was stored.</exception>
    /// <exception cref="IOException">The destination cannot be written.</exception>
    public static string Place(string source, string destination, FileRecord? expected)
    {
        using var from = OpenSource(source);
        using var to = File.OpenHandle(destination, FileMode.CreateNew, FileAccess.ReadWrite);
        var cloned = OperatingSystem.IsLinux() && Control(to, CloneRequest, from) == 0;
        if (cloned && expected is not null)
            Require(expected, Pass(source, to, null, hashed: true));
        else if (!cloned && Pass(source, from, to, hashed: expected is not null) is var copied && expected is not null)
            Require(expected, copied);
        RandomAccess.FlushToDisk(to);
        return cloned ? "reflink" : "copy";
    }

    private static SafeFileHandle OpenSource(string source)
    {
        try
        {
            return RegularFile.Open(source);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DamagedEntryException(Path.GetFileName(source), e);
        }
    }

    /// <summary>
    /// Reads a file once. What is hashed and what is written are the same bytes in the same buffer, so nothing can change in between; hashing goes on beside
    /// writing and the next read.
    /// </summary>
    private static (long Size, string Sha256) Pass(string name, SafeFileHandle from, SafeFileHandle? to, bool hashed)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (buffer, other) = (new byte[BufferSize], new byte[BufferSize]);
        var hashing = Task.CompletedTask;
        long offset = 0;
        for (int read; (read = Read(name, from, buffer, offset)) > 0; offset += read)
        {
            hashing.GetAwaiter().GetResult();
            var (bytes, count) = (buffer, read);
            if (hashed)
                hashing = Task.Run(() => hash.AppendData(bytes, 0, count));
            if (to is not null)
                RandomAccess.Write(to, buffer.AsSpan(0, read), offset);
            (buffer, other) = (other, buffer);
        }
        hashing.GetAwaiter().GetResult();
        return (offset, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static int Read(string name, SafeFileHandle from, byte[] buffer, long offset)
    {
        try
        {
            return RandomAccess.Read(from, buffer, offset);
        }
        catch (IOException e)
        {
            throw new DamagedEntryException(Path.GetFileName(name), e);
        }
    }

    private static void Require(FileRecord expected, (long Size, string Sha256) found)
    {
        if (found != (expected.Size, expected.Sha256))
            throw new DamagedEntryException(expected.Name, null);
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle destination, nuint request, SafeFileHandle source);
}

/// <summary>A file of a cache entry is not what was stored: the entry is dropped and made again.</summary>
internal sealed class DamagedEntryException(string file, Exception? cause) : Exception($"the cached file '{file}' is not what was stored", cause)
{
    /// <summary>Name of the file in the entry.</summary>
    public string File { get; } = file;
}
