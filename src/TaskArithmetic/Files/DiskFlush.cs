using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TaskArithmetic.Files;

/// <summary>Brings what was written to the disk, so that a later rename is never kept without what it names.</summary>
internal static partial class DiskFlush
{
    private const int LinuxCloseOnExec = 0x80000;
    private const int MacCloseOnExec = 0x1000000;
    private const int NotSupportedHere = 22;

    /// <summary>A folder's own entries: which names it holds.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void Folder(string path)
    {
        // Windows keeps renames in its journal and opens no folder for this.
        if (OperatingSystem.IsWindows())
            return;
        using var handle = Open(path, OperatingSystem.IsMacOS() ? MacCloseOnExec : LinuxCloseOnExec);
        if (handle.IsInvalid)
            throw FileStatus.Failure(path, Marshal.GetLastPInvokeError());
        if (Sync(handle) != 0 && Marshal.GetLastPInvokeError() is var error and not NotSupportedHere)
            throw FileStatus.Failure(path, error);
    }

    /// <summary>Every file and folder below a folder, and the folder.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void Tree(string folder)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", FolderListing.Everything))
        {
            if (entry is DirectoryInfo)
                Tree(entry.FullName);
            else
                ContentOf(entry.FullName);
        }
        Folder(folder);
    }

    private static void ContentOf(string file)
    {
        // Unix flushes through a handle that only reads, and files placed from the cache may not be written.
        using var handle = File.OpenHandle(file, FileMode.Open, OperatingSystem.IsWindows() ? FileAccess.ReadWrite : FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.FlushToDisk(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle handle);
}
