using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace TaskArithmetic.Files;

/// <summary>
/// The one way in which files of others are opened: a device or a pipe that stands where a file is expected is refused
/// instead of read for ever, a small file has a largest size, and text is strict UTF-8.
/// </summary>
internal static partial class RegularFile
{
    /// <summary>Largest size of a small file (configuration, template, task, record) where the caller names no other: 64 MiB.</summary>
    public const long SmallMost = 64L << 20;

    private const int LinuxNonBlocking = 0x800;
    private const int LinuxCloseOnExec = 0x80000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Whether anything stands at a path: a file, but also a folder, a device or a link to nothing, which are no absent
    /// files and must be refused when they are opened.
    /// </summary>
    public static bool IsPresent(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;

    /// <summary>Opens a file for reading at any offset.</summary>
    /// <exception cref="IOException">It is absent, unreadable, a folder, a device, a pipe or a socket.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static SafeFileHandle Open(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return FileStatus.Of(path).IsRegular
                ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete)
                : throw NotRegular(path);
        }
        // Looked at first, since opening a device can have effects of its own; looked at again once it is open, since only the open file is what is read.
        // Not blocking, since the opening of a pipe without a writer would wait for one.
        if (!FileStatus.Of(path).IsRegular)
            throw NotRegular(path);
        var handle = OpenDescriptor(path, LinuxNonBlocking | LinuxCloseOnExec);
        if (handle.IsInvalid)
        {
            var error = Marshal.GetLastPInvokeError();
            handle.Dispose();
            throw FileStatus.Failure(path, error);
        }
        if (FileStatus.Of(handle, path).IsRegular)
            return handle;
        handle.Dispose();
        throw NotRegular(path);
    }

    /// <summary>All bytes of a small file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">Largest size in bytes that is read.</param>
    /// <exception cref="IOException">As <see cref="Open"/>, or it is larger.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static byte[] ReadBytes(string path, long most = SmallMost)
    {
        using var handle = Open(path);
        var length = RandomAccess.GetLength(handle);
        if (length > most)
            throw new UnreadableFileException(TooLarge(length, most));
        var bytes = new byte[length];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(read), read) is > 0 and var count)
            read += count;
        return read == bytes.Length ? bytes : bytes[..read];
    }

    /// <summary>All text of a small file, which must be UTF-8; a byte order mark is dropped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">Largest size in bytes that is read.</param>
    /// <exception cref="IOException">As <see cref="ReadBytes"/>, or it is not UTF-8.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static string ReadText(string path, long most = SmallMost)
    {
        ReadOnlySpan<byte> bytes = ReadBytes(path, most);
        return Text(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
    }

    /// <summary>The text of bytes that must be UTF-8.</summary>
    /// <exception cref="UnreadableFileException">They are not.</exception>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new UnreadableFileException($"it is not UTF-8 (byte {e.Index})", e);
        }
    }

    /// <summary>Says that a file is larger than it may be.</summary>
    public static string TooLarge(long length, long most) =>
        string.Create(CultureInfo.InvariantCulture, $"it has {length} bytes, more than the {most} that such a file may have");

    private static UnreadableFileException NotRegular(string path) => new(
        Directory.Exists(path) ? "it is a folder" : "it is a device, a pipe or a socket and no file");

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle OpenDescriptor(string path, int flags);
}

/// <summary>A file is not what may be read; the message is the reason, to be put into a coded error that names the file.</summary>
internal sealed class UnreadableFileException(string reason, Exception? cause = null) : IOException(reason, cause);
