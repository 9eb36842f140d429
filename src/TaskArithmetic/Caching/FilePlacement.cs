using System.Runtime.ExceptionServices;
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
    private const int MaximumCopyThreads = 4;

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
        if (expected is not null)
            Require(expected, cloned ? Hash(source, to, null) : Hash(source, from, to));
        else if (!cloned)
            Copy(source, from, to);
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
    private static (long Size, string Sha256) Hash(string name, SafeFileHandle from, SafeFileHandle? to)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (buffer, other) = (new byte[BufferSize], new byte[BufferSize]);
        var hashing = Task.CompletedTask;
        long offset = 0;
        for (int read; (read = Read(name, from, buffer, offset)) > 0; offset += read)
        {
            hashing.GetAwaiter().GetResult();
            var (bytes, count) = (buffer, read);
            hashing = Task.Run(() => hash.AppendData(bytes, 0, count));
            if (to is not null)
                RandomAccess.Write(to, buffer.AsSpan(0, read), offset);
            (buffer, other) = (other, buffer);
        }
        hashing.GetAwaiter().GetResult();
        return (offset, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Copies on several threads: most of a copy is the system's work on new pages. Parts are begun in file order, so that the file grows in it.</summary>
    private static void Copy(string name, SafeFileHandle from, SafeFileHandle to)
    {
        var length = RandomAccess.GetLength(from);
        long next = 0;
        try
        {
            Parallel.For(0, Math.Clamp(Environment.ProcessorCount, 1, MaximumCopyThreads), (_, state) =>
            {
                var buffer = new byte[BufferSize];
                for (long offset; (offset = Interlocked.Add(ref next, BufferSize) - BufferSize) < length && !state.ShouldExitCurrentIteration;)
                    CopyPart(name, from, to, buffer.AsSpan(0, (int)Math.Min(BufferSize, length - offset)), offset);
            });
        }
        catch (AggregateException e) when (e.InnerException is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }

    private static void CopyPart(string name, SafeFileHandle from, SafeFileHandle to, Span<byte> buffer, long offset)
    {
        while (!buffer.IsEmpty)
        {
            var read = Read(name, from, buffer, offset);
            if (read == 0)
                throw new DamagedEntryException(Path.GetFileName(name), null);
            RandomAccess.Write(to, buffer[..read], offset);
            buffer = buffer[read..];
            offset += read;
        }
    }

    private static int Read(string name, SafeFileHandle from, Span<byte> buffer, long offset)
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
