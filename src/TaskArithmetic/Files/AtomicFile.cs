namespace TaskArithmetic.Files;

/// <summary>Files that are either there whole or not at all: written beside their place, brought to the disk, renamed over it.</summary>
internal static class AtomicFile
{
    /// <summary>End of the names of files that are not finished.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>Writes all bytes of a file whose folder exists.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = TemporaryNameFor(path);
        try
        {
            using (var handle = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                RandomAccess.Write(handle, bytes, 0);
                RandomAccess.FlushToDisk(handle);
            }
            Publish(temporary, path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes a file piece by piece; its folder is made.</summary>
    public static void Write(string path, Action<FileStream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = TemporaryNameFor(path);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            Publish(temporary, path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static string TemporaryNameFor(string path) => $"{path}.{Guid.NewGuid():N}{TemporarySuffix}";

    private static void Publish(string temporary, string path)
    {
        File.Move(temporary, path, overwrite: true);
        DiskFlush.Folder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
