using Microsoft.Win32.SafeHandles;

namespace TaskArithmetic.Safetensors;

/// <summary>
/// Writes one safetensors file at known positions: the layout is fixed first, then tensors may be filled in any order and
/// from many threads. The file is complete only after <see cref="Complete"/>; callers write under a temporary name.
/// </summary>
public sealed class SafetensorsWriter : IDisposable
{
    private readonly SafeFileHandle handle;

    /// <summary>Creates the file (it must not exist), reserves its length and writes its header.</summary>
    public SafetensorsWriter(string path, SafetensorsLayout layout)
    {
        Path = path;
        Layout = layout;
        // Not preallocated: on filesystems with delayed allocation that only doubles the metadata work.
        handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        RandomAccess.Write(handle, layout.Prefix.Span, 0);
    }

    /// <summary>Where the file is written.</summary>
    public string Path { get; }

    /// <summary>What the file will hold.</summary>
    public SafetensorsLayout Layout { get; }

    /// <summary>Writes bytes of a tensor of the layout from <paramref name="offset"/> bytes into it.</summary>
    public void Write(TensorInfo tensor, long offset, ReadOnlySpan<byte> source)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + source.Length, tensor.ByteLength);
        RandomAccess.Write(handle, source, Layout.Header.DataStart + tensor.Begin + offset);
    }

    /// <summary>Brings the bytes to the disk, so that a rename afterwards never shows an incomplete file.</summary>
    public void Complete() => RandomAccess.FlushToDisk(handle);

    /// <summary>Writes a whole small file in one call.</summary>
    public static void WriteAll(string path, SafetensorsLayout layout, Func<TensorInfo, ReadOnlyMemory<byte>> bytesOf)
    {
        using var writer = new SafetensorsWriter(path, layout);
        foreach (var tensor in layout.Header.Tensors)
            writer.Write(tensor, 0, bytesOf(tensor).Span);
        writer.Complete();
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
