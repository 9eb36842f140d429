using System.Buffers.Binary;
using TaskArithmetic.Files;

namespace TaskArithmetic.Sources.NativePackages;

/// <summary>
/// Whether an ELF file is whole. The loader maps what the headers name without looking at the file's length, and the
/// first access behind the end kills the process (SIGBUS). Layout: System V gABI, chapters 4 and 5.
/// </summary>
internal static class ElfImage
{
    private const int HeaderSize = 64;
    private const int ProgramEntrySize = 56;
    private const int SectionEntrySize = 64;
    private const uint SectionWithoutBytes = 8;

    /// <summary>Whether a file begins as an ELF file does; a file that cannot be read does not.</summary>
    public static bool IsElf(string path)
    {
        try
        {
            using var handle = RegularFile.Open(path);
            Span<byte> magic = stackalloc byte[4];
            return RandomAccess.Read(handle, magic, 0) == 4 && magic.SequenceEqual("\u007fELF"u8);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Why a file cannot be mapped as a library; null if its headers lie within it.</summary>
    public static string? Problem(string path)
    {
        try
        {
            using var handle = RegularFile.Open(path);
            var length = RandomAccess.GetLength(handle);
            var header = Read(handle, 0, HeaderSize);
            if (header.Length < HeaderSize)
                return $"it is cut short: it has {length} bytes and no whole ELF header";
            if (!header.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8))
                return "it is no 64-bit little-endian ELF library";
            var end = End(handle, header, length);
            return end > (ulong)length ? $"it is cut short: it has {length} bytes, and its ELF header describes {end}" : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    /// <summary>Where the last thing ends that the header, the segments or the sections name.</summary>
    private static ulong End(Microsoft.Win32.SafeHandles.SafeFileHandle handle, byte[] header, long length)
    {
        var end = (ulong)HeaderSize;
        // Segments: offset at 8 and length in the file at 32. Sections: type at 4, offset at 24, length at 32.
        foreach (var segment in Table(handle, header, offsetAt: 32, sizeAt: 54, countAt: 56, ProgramEntrySize, length, ref end))
            end = Math.Max(end, Sum(UInt64(segment, 8), UInt64(segment, 32)));
        foreach (var section in Table(handle, header, offsetAt: 40, sizeAt: 58, countAt: 60, SectionEntrySize, length, ref end))
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(section.AsSpan(4)) != SectionWithoutBytes)
                end = Math.Max(end, Sum(UInt64(section, 24), UInt64(section, 32)));
        }
        return end;
    }

    private static List<byte[]> Table(
        Microsoft.Win32.SafeHandles.SafeFileHandle handle, byte[] header, int offsetAt, int sizeAt, int countAt, int least, long length, ref ulong end)
    {
        var offset = UInt64(header, offsetAt);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(sizeAt)), count = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(countAt));
        if (offset == 0 || count == 0 || size < least)
            return [];
        var tableEnd = Sum(offset, (ulong)(size * count));
        end = Math.Max(end, tableEnd);
        if (tableEnd > (ulong)length)
            return [];
        var table = Read(handle, (long)offset, size * count);
        return table.Length < size * count ? [] : [.. table.Chunk(size)];
    }

    private static byte[] Read(Microsoft.Win32.SafeHandles.SafeFileHandle handle, long offset, int count)
    {
        var bytes = new byte[count];
        var read = 0;
        while (read < count && RandomAccess.Read(handle, bytes.AsSpan(read), offset + read) is > 0 and var more)
            read += more;
        return bytes[..read];
    }

    private static ulong UInt64(byte[] entry, int at) => BinaryPrimitives.ReadUInt64LittleEndian(entry.AsSpan(at));

    private static ulong Sum(ulong offset, ulong count) => offset + count >= offset ? offset + count : ulong.MaxValue;
}
