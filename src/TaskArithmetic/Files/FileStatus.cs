using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TaskArithmetic.Files;

/// <summary>What the file system says of a file, links followed.</summary>
/// <param name="IsRegular">Whether it is an ordinary file and no folder, device, pipe or socket.</param>
/// <param name="Size">Length in bytes.</param>
/// <param name="ModifiedTicks">Time of the last write, in nanoseconds since 1970 on Linux and ticks of UTC elsewhere; anyone may set it.</param>
/// <param name="ChangedTicks">Time of the last change of content or attributes, likewise, which nobody can set back; 0 where the system does not tell.</param>
/// <param name="Device">Number of the file system on Linux, 0 elsewhere.</param>
/// <param name="Inode">Number of the file on Linux, 0 elsewhere.</param>
/// <param name="Links">Number of names on Linux, 1 elsewhere.</param>
internal readonly partial record struct FileStatus(bool IsRegular, long Size, long ModifiedTicks, long ChangedTicks, ulong Device, ulong Inode, uint Links)
{
    private const int AtCurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint BasicMask = 0x7ff;
    private const int TypeMask = 0xf000;
    private const int RegularType = 0x8000;
    private const int NoSuchFile = 2;
    private const int NotAllowed = 13;

    /// <summary>The status of an existing file or folder.</summary>
    /// <exception cref="IOException">It is absent or cannot be looked at.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be looked at.</exception>
    public static FileStatus Of(string path)
    {
        if (OperatingSystem.IsLinux())
            return Read(AtCurrentFolder, path, 0, path);
        var info = new FileInfo(path);
        if (info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
            info = target;
        if (!info.Exists && !Directory.Exists(info.FullName))
            throw new FileNotFoundException("it does not exist", path);
        var regular = info.Exists && (info.Attributes & (FileAttributes.Directory | FileAttributes.Device)) == 0;
        return new FileStatus(regular, regular ? info.Length : 0, info.LastWriteTimeUtc.Ticks, 0, 0, 0, 1);
    }

    /// <summary>The status of an open file.</summary>
    /// <param name="handle">The open file.</param>
    /// <param name="path">Its name, for messages and for systems that cannot ask an open file.</param>
    public static FileStatus Of(SafeFileHandle handle, string path)
    {
        if (!OperatingSystem.IsLinux())
            return Of(path);
        var status = Read((int)handle.DangerousGetHandle(), "", EmptyPath, path);
        GC.KeepAlive(handle);
        return status;
    }

    /// <summary>The exception for an error number of the system.</summary>
    public static Exception Failure(string path, int error) => error switch
    {
        NoSuchFile => new FileNotFoundException("it does not exist", path),
        NotAllowed => new UnauthorizedAccessException("it may not be read"),
        _ => new IOException(Marshal.GetPInvokeErrorMessage(error)),
    };

    private static FileStatus Read(int folder, string path, int flags, string name)
    {
        // struct statx has the same layout on every architecture: links at byte 16, mode at 28, inode at 32, size at 40,
        // change time at 96 (seconds, then nanoseconds), time of writing at 112, device (major, then minor) at 136.
        Span<byte> buffer = stackalloc byte[256];
        if (StatX(folder, path, flags, BasicMask, buffer) != 0)
            throw Failure(name, Marshal.GetLastPInvokeError());
        return new FileStatus(
            (BitConverter.ToUInt16(buffer[28..]) & TypeMask) == RegularType,
            BitConverter.ToInt64(buffer[40..]),
            Nanoseconds(buffer[112..]),
            Nanoseconds(buffer[96..]),
            ((ulong)BitConverter.ToUInt32(buffer[136..]) << 32) | BitConverter.ToUInt32(buffer[140..]),
            BitConverter.ToUInt64(buffer[32..]),
            BitConverter.ToUInt32(buffer[16..]));
    }

    private static long Nanoseconds(ReadOnlySpan<byte> time) =>
        unchecked((BitConverter.ToInt64(time) * 1_000_000_000) + BitConverter.ToUInt32(time[8..]));

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int StatX(int folder, string path, int flags, uint mask, Span<byte> buffer);
}
