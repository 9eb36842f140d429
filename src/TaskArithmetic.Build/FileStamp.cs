using System;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace TaskArithmetic.Build;

/// <summary>
/// What the file system says of an input, links followed. A build that sees another stamp starts the worker, which then decides by
/// content; so a stamp may say too often that something changed, and must never say too seldom. On Linux the time of change and
/// the inode stand in it, which nobody can set back: an older file put in place of another, a link that was turned and an edit
/// whose date was put back all show. Elsewhere size, date and the targets of links must do.
/// </summary>
internal static class FileStamp
{
    private const int CurrentFolder = -100;
    private const uint BasicMask = 0x7ff;

    private static readonly PropertyInfo? LinkTarget = typeof(FileSystemInfo).GetProperty("LinkTarget");
    private static readonly MethodInfo? ResolveLinkTarget = typeof(FileSystemInfo).GetMethod("ResolveLinkTarget", [typeof(bool)]);

    public static string Of(string path)
    {
        try
        {
            return (RuntimeInformation.IsOSPlatform(OSPlatform.Linux) ? OfLinux(path) : OfAny(path)) + OfLink(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return "unreadable";
        }
    }

    /// <summary>
    /// struct statx has one layout on every architecture: inode at byte 32, size at 40, time of change at 96 (seconds, then
    /// nanoseconds), time of writing at 112.
    /// </summary>
    private static string OfLinux(string path)
    {
        var status = new byte[256];
        return StatX(CurrentFolder, Encoding.UTF8.GetBytes(path + '\0'), 0, BasicMask, status) != 0
            ? "absent"
            : $"size={BitConverter.ToInt64(status, 40)} written={Time(status, 112)} changed={Time(status, 96)} inode={BitConverter.ToUInt64(status, 32)}";
    }

    private static string Time(byte[] status, int at) => $"{BitConverter.ToInt64(status, at)}.{BitConverter.ToUInt32(status, at + 8):D9}";

    private static string OfAny(string path)
    {
        var file = new FileInfo(path);
        if (ResolveLinkTarget?.Invoke(file, [true]) is FileInfo target)
            file = target;
        return file.Exists ? $"size={file.Length} written={file.LastWriteTimeUtc.Ticks}" : Directory.Exists(path) ? "folder" : "absent";
    }

    private static string OfLink(string path) => LinkTarget?.GetValue(new FileInfo(path)) is string target ? $" link={target}" : "";

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static extern int StatX(int folder, byte[] path, int flags, uint mask, byte[] status);
}
