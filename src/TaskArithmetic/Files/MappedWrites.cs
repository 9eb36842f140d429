using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TaskArithmetic.Files;

/// <summary>
/// Writes through a memory mapping. The system notes them in a file's times only when a clean page becomes dirty: who goes on writing to a
/// page that is dirty already leaves no trace.
/// </summary>
internal static partial class MappedWrites
{
    private const ulong TmpfsType = 0x01021994;
    private const ulong RamfsType = 0x858458f6;

    /// <summary>
    /// Makes the next write through any mapping of this file move its times: flushing cleans its pages, and the system then hears of the next write to each.
    /// </summary>
    /// <returns>False where that is not so, since the file lies in memory only (tmpfs): its status proves nothing of its content.</returns>
    public static bool MakeNoticeable(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux())
            return true;
        RandomAccess.FlushToDisk(handle);
        // struct statfs begins with the type of the file system, as wide as a register.
        Span<byte> buffer = stackalloc byte[256];
        if (Status(handle, buffer) != 0)
            return false;
        var type = IntPtr.Size == 8 ? BitConverter.ToUInt64(buffer) : BitConverter.ToUInt32(buffer);
        return type is not (TmpfsType or RamfsType);
    }

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    private static partial int Status(SafeFileHandle handle, Span<byte> buffer);
}
