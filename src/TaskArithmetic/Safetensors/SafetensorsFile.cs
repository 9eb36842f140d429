using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

namespace TaskArithmetic.Safetensors;

/// <summary>An open safetensors file: its header and positional reads of its tensors. Safe to read from many threads.</summary>
public sealed class SafetensorsFile : IDisposable
{
    private readonly SafeFileHandle handle;

    private SafetensorsFile(string path, SafeFileHandle handle, FileStatus opened, SafetensorsHeader header)
    {
        Path = path;
        Opened = opened;
        Header = header;
        Length = opened.Size;
        this.handle = handle;
    }

    /// <summary>The file's path as it was given.</summary>
    public string Path { get; }

    /// <summary>The validated header.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>Length of the file in bytes.</summary>
    public long Length { get; }

    /// <summary>What the file was when it was opened, before any byte was read.</summary>
    internal FileStatus Opened { get; }

    /// <summary>Whether nothing has happened to the file since it was opened.</summary>
    internal bool IsUnchanged => FileStatus.Of(handle, Path) == Opened;

    /// <summary>Opens a file and validates its header; no tensor data are read.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">TA2001 unreadable, TA2002 malformed.</exception>
    public static SafetensorsFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = RegularFile.Open(path);
            var opened = FileStatus.Of(handle, path);
            return new SafetensorsFile(path, handle, opened, ReadHeader(path, handle, opened.Size));
        }
        catch (Exception e)
        {
            handle?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw SafetensorsDiagnostics.Unreadable(path, e);
            throw;
        }
    }

    /// <summary>Reads the header of a file and closes it.</summary>
    public static SafetensorsHeader ReadHeader(string path)
    {
        using var file = Open(path);
        return file.Header;
    }

    /// <summary>Fills <paramref name="destination"/> with a tensor's bytes from <paramref name="offset"/> bytes into it.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">TA2001 if the file was cut short or became unreadable since it was opened.</exception>
    public void Read(TensorInfo tensor, long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + destination.Length, tensor.ByteLength);
        ReadRaw(Header.DataStart + tensor.Begin + offset, destination);
    }

    /// <summary>Fills <paramref name="destination"/> with the file's bytes from <paramref name="offset"/>, header included.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">As <see cref="Read(TensorInfo, long, Span{byte})"/>.</exception>
    internal void ReadRaw(long offset, Span<byte> destination)
    {
        try
        {
            ReadExactly(handle, offset, destination);
        }
        catch (IOException e)
        {
            throw SafetensorsDiagnostics.Unreadable(Path, e);
        }
    }

    /// <summary>As <see cref="MappedWrites.MakeNoticeable"/>.</summary>
    internal bool MakeWritesNoticeable() => MappedWrites.MakeNoticeable(handle);

    /// <summary>The whole of a tensor; for small ones.</summary>
    public byte[] Read(TensorInfo tensor)
    {
        var bytes = new byte[tensor.ByteLength];
        Read(tensor, 0, bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private static SafetensorsHeader ReadHeader(string path, SafeFileHandle handle, long length)
    {
        if (length < 8)
            throw SafetensorsDiagnostics.Malformed(path, null, 0, $"the file has {length} bytes, less than the 8 of the header length");
        Span<byte> prefix = stackalloc byte[8];
        ReadExactly(handle, 0, prefix);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > SafetensorsHeader.MaxLength)
            throw SafetensorsDiagnostics.Malformed(path, null, 0, $"the header length {headerLength} is above the limit of {SafetensorsHeader.MaxLength}");
        if (headerLength > (ulong)(length - 8))
            throw SafetensorsDiagnostics.Malformed(path, null, 0, $"the header length {headerLength} runs past the end of the file ({length} bytes): the file is truncated");
        var json = new byte[headerLength];
        ReadExactly(handle, 8, json);
        return SafetensorsHeaderParser.Parse(path, json, length - 8 - json.Length);
    }

    private static void ReadExactly(SafeFileHandle handle, long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var read = RandomAccess.Read(handle, destination, offset);
            if (read == 0)
                throw new EndOfStreamException($"the file ended at offset {offset}, {destination.Length} bytes early");
            destination = destination[read..];
            offset += read;
        }
    }
}
