using Microsoft.Win32.SafeHandles;

namespace TaskArithmetic.Safetensors;

/// <summary>
/// A safetensors file on its way: tensors whose lengths are only known when they are written go to temporary files, one for each kind of
/// part, and from there into the file once its header can be written.
/// </summary>
internal sealed class SafetensorsSpool(string folder) : IDisposable
{
    private const int CopyBytes = 1 << 20;

    private readonly Dictionary<string, Track> tracks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (DType DType, IReadOnlyList<ulong> Shape, Track Track, long Offset)> tensors = new(StringComparer.Ordinal);

    /// <summary>Bytes that a file of these tensors takes; what is only counted need not be there yet.</summary>
    public static long FileLength(IEnumerable<(string Name, DType DType, IReadOnlyList<ulong> Shape)> tensors, IReadOnlyDictionary<string, string> metadata) =>
        SafetensorsLayout.Create(tensors, metadata).FileLength;

    /// <summary>Begins a tensor whose bytes are appended from now on, to one tensor of a part at a time.</summary>
    public Track Begin(string part)
    {
        if (!tracks.TryGetValue(part, out var track))
            tracks.Add(part, track = new Track(Path.Combine(folder, $"part-{tracks.Count}.tmp")));
        track.Start();
        return track;
    }

    /// <summary>Ends a tensor.</summary>
    public void End(Track track, string name, DType dtype, IReadOnlyList<ulong> shape)
    {
        if (SafetensorsLayout.ByteLength(dtype, shape) != track.Length)
            throw new InvalidOperationException($"'{name}' {TensorInfo.FormatShape(shape)} of {dtype.Name()} got {track.Length} bytes.");
        tensors.Add(name, (dtype, shape, track, track.Offset));
    }

    /// <summary>Adds a small tensor.</summary>
    public void Add(string part, string name, DType dtype, IReadOnlyList<ulong> shape, ReadOnlySpan<byte> bytes)
    {
        var track = Begin(part);
        track.Append(bytes);
        End(track, name, dtype, shape);
    }

    /// <summary>Bytes of the file, if no tensor follows.</summary>
    public long FileLength(IReadOnlyDictionary<string, string> metadata) => FileLength(tensors.Select(t => (t.Key, t.Value.DType, t.Value.Shape)), metadata);

    /// <summary>Writes the file.</summary>
    public void Write(string path, IReadOnlyDictionary<string, string> metadata)
    {
        using var writer = new SafetensorsWriter(path, SafetensorsLayout.Create(tensors.Select(t => (t.Key, t.Value.DType, t.Value.Shape)), metadata));
        var buffer = new byte[CopyBytes];
        foreach (var tensor in writer.Layout.Header.Tensors)
        {
            var (_, _, track, offset) = tensors[tensor.Name];
            for (long done = 0; done < tensor.ByteLength; done += buffer.Length)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, tensor.ByteLength - done));
                track.Read(offset + done, part);
                writer.Write(tensor, done, part);
            }
        }
        writer.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var track in tracks.Values)
            track.Dispose();
    }

    /// <summary>One temporary file.</summary>
    internal sealed class Track(string path) : IDisposable
    {
        private readonly SafeFileHandle handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);

        /// <summary>Where the tensor begins.</summary>
        public long Offset { get; private set; }

        /// <summary>Bytes of it so far.</summary>
        public long Length { get; private set; }

        /// <summary>Appends bytes.</summary>
        public void Append(ReadOnlySpan<byte> bytes)
        {
            RandomAccess.Write(handle, bytes, Offset + Length);
            Length += bytes.Length;
        }

        internal void Start() => (Offset, Length) = (Offset + Length, 0);

        internal void Read(long offset, Span<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                var read = RandomAccess.Read(handle, bytes, offset);
                if (read == 0)
                    throw new EndOfStreamException($"the temporary file {path} was cut short");
                bytes = bytes[read..];
                offset += read;
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            handle.Dispose();
            File.Delete(path);
        }
    }
}
