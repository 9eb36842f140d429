using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TaskArithmetic.Caching;

/// <summary>Puts a cached file in a second place without a second copy of its bytes where the file system can.</summary>
internal static partial class FilePlacement
{
    private const nuint CloneRequest = 0x40049409;

    /// <summary>Places <paramref name="source"/> at <paramref name="destination"/>, which must not exist: reflink, else hard link, else copy.</summary>
    /// <returns>How it was done: <c>reflink</c>, <c>hard link</c> or <c>copy</c>.</returns>
    public static string Place(string source, string destination)
    {
        if (OperatingSystem.IsLinux() && TryClone(source, destination))
            return "reflink";
        if (TryLink(source, destination))
            return "hard link";
        File.Copy(source, destination);
        using var copied = File.OpenHandle(destination, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(copied);
        return "copy";
    }

    private static bool TryClone(string source, string destination)
    {
        using var from = File.OpenHandle(source);
        using (var to = File.OpenHandle(destination, FileMode.CreateNew, FileAccess.Write))
        {
            if (Control(to, CloneRequest, from) == 0)
                return true;
        }
        File.Delete(destination);
        return false;
    }

    private static bool TryLink(string source, string destination) => OperatingSystem.IsWindows()
        ? CreateHardLink(destination, source, 0)
        : Link(source, destination) == 0;

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle destination, nuint request, SafeFileHandle source);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Link(string source, string destination);

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", StringMarshalling = StringMarshalling.Utf16, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLink(string destination, string source, nint security);
}
