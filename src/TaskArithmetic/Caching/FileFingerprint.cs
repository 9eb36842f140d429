using System.Runtime.InteropServices;

namespace TaskArithmetic.Caching;

/// <summary>What the file system says of a file that changes whenever its content does: the reason a digest may be remembered.</summary>
/// <param name="Size">Length in bytes.</param>
/// <param name="ModifiedTicks">Time of the last write, in ticks of UTC.</param>
/// <param name="Inode">Number of the file on Linux, 0 elsewhere.</param>
internal readonly partial record struct FileFingerprint(long Size, long ModifiedTicks, ulong Inode)
{
    private const int AtCurrentFolder = -100;
    private const uint InodeMask = 0x100;

    /// <summary>Reads the fingerprint of an existing file, links followed.</summary>
    public static FileFingerprint Of(string path)
    {
        var info = new FileInfo(path);
        if (info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
            info = target;
        return new FileFingerprint(info.Length, info.LastWriteTimeUtc.Ticks, InodeOf(path));
    }

    /// <summary>Number of the file on Linux, links followed; 0 elsewhere and where there is none.</summary>
    public static ulong InodeOf(string path)
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        // struct statx has the same layout on every architecture; the inode stands at byte 32 of 256.
        Span<byte> buffer = stackalloc byte[256];
        return StatX(AtCurrentFolder, path, 0, InodeMask, buffer) == 0 ? BitConverter.ToUInt64(buffer[32..]) : 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int StatX(int folder, string path, int flags, uint mask, Span<byte> buffer);
}
