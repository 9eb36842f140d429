using System.Buffers.Binary;
using System.Text;

namespace TaskArithmetic.Torch.Libtorch;

/// <summary>
/// The versions that a 64-bit little-endian ELF library needs of others (section .gnu.version_r).
/// Layout: System V gABI chapter 4 and the Linux Standard Base, "Symbol Versioning".
/// </summary>
internal static class ElfVersionNeeds
{
    private const int SectionHeaderOffset = 0x28;
    private const int SectionHeaderEntrySize = 0x3A;
    private const int SectionCount = 0x3C;
    private const int SectionType = 4;
    private const int SectionFileOffset = 0x18;
    private const int SectionLink = 0x28;
    private const uint VersionNeedsType = 0x6FFF_FFFE;
    private const ushort WeakFlag = 2;

    /// <summary>
    /// Marks one needed version as weak: the loader then accepts a library that lacks it. Harmless only where no
    /// relocation refers to a symbol of that version.
    /// </summary>
    /// <param name="library">The file's bytes; changed in place.</param>
    /// <param name="version">The version, such as <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>Whether the library needs that version, and so was changed.</returns>
    /// <exception cref="InvalidDataException">The bytes are no ELF library of that kind.</exception>
    public static bool Weaken(Span<byte> library, string version)
    {
        if (library.Length < 64 || !library[..6].SequenceEqual("\u007fELF\u0002\u0001"u8))
            throw new InvalidDataException("not a 64-bit little-endian ELF library");
        try
        {
            return FindNeeds(library, out var needs, out var names) && Weaken(library, needs, names, Encoding.ASCII.GetBytes(version));
        }
        catch (Exception exception) when (exception is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("the ELF library's section table points outside the file", exception);
        }
    }

    private static bool FindNeeds(ReadOnlySpan<byte> library, out int needs, out int names)
    {
        var table = Offset(library, SectionHeaderOffset);
        var size = UInt16(library, SectionHeaderEntrySize);
        for (var i = 0; i < UInt16(library, SectionCount); i++)
        {
            var section = table + i * size;
            if (UInt32(library, section + SectionType) != VersionNeedsType)
                continue;
            needs = Offset(library, section + SectionFileOffset);
            names = Offset(library, table + checked((int)UInt32(library, section + SectionLink)) * size + SectionFileOffset);
            return true;
        }
        needs = names = 0;
        return false;
    }

    /// <summary>Walks the needed files (16 bytes: version, count, file, first, next) and their versions (hash, flags, index, name, next).</summary>
    private static bool Weaken(Span<byte> library, int need, int names, ReadOnlySpan<byte> version)
    {
        while (true)
        {
            var entry = need + checked((int)UInt32(library, need + 8));
            for (var remaining = UInt16(library, need + 2); remaining > 0; remaining--)
            {
                var name = library[(names + checked((int)UInt32(library, entry + 8)))..];
                if (name.StartsWith(version) && name[version.Length] == 0)
                {
                    var flags = library.Slice(entry + 4, 2);
                    BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | WeakFlag));
                    return true;
                }
                entry += checked((int)UInt32(library, entry + 12));
            }
            var next = checked((int)UInt32(library, need + 12));
            if (next == 0)
                return false;
            need += next;
        }
    }

    private static int Offset(ReadOnlySpan<byte> library, int at) => checked((int)BinaryPrimitives.ReadUInt64LittleEndian(library[at..]));

    private static uint UInt32(ReadOnlySpan<byte> library, int at) => BinaryPrimitives.ReadUInt32LittleEndian(library[at..]);

    private static ushort UInt16(ReadOnlySpan<byte> library, int at) => BinaryPrimitives.ReadUInt16LittleEndian(library[at..]);
}
