using System.Buffers.Binary;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;
using ZstdSharp;

namespace TaskArithmetic.Inputs;

/// <summary>
/// A tensor in blocks of 65,536 elements, each compressed apart from the others (zstandard, RFC 8878) with its bytes in planes: the first byte
/// of all elements, then the second of all, since the upper bytes of floats are much alike.
/// </summary>
internal sealed class ZstdInput : ITensorInput
{
    // A chunk is asked for in smaller runs, and several vectors are read side by side: the last blocks of each thread stay decoded.
    private const int MostDecoded = 8;

    [ThreadStatic]
    private static List<Decoded>? recent;

    private readonly CheckpointTensor frames;
    private readonly Lazy<long[]> ends;
    private readonly long elements;

    public ZstdInput(CheckpointTensor frames, CheckpointTensor ends, DType dtype, IReadOnlyList<ulong> shape)
    {
        (this.frames, DType, Shape) = (frames, dtype, shape);
        elements = (long)shape.Aggregate(1UL, (product, extent) => product * extent);
        Stored = [frames, ends];
        this.ends = new(() => ReadEnds(ends, frames.Info.ByteLength));
    }

    public IReadOnlyList<ulong> Shape { get; }

    public DType DType { get; }

    public IReadOnlyList<CheckpointTensor> Stored { get; }

    public string Identity(Func<SafetensorsFile, string> identityOf) => CompactIdentity.Of("zstd", Stored, identityOf);

    public void Read(long first, Span<float> values, TensorReader reader)
    {
        var width = DType.Bytes();
        while (!values.IsEmpty)
        {
            var (block, start) = (first / CompactParts.BlockElements, (int)(first % CompactParts.BlockElements));
            var bytes = Decode(block, reader);
            var count = Math.Min(values.Length, CompactParts.BlockElements - start);
            Widening.ToSingle(bytes.AsSpan(start * width, count * width), DType, values[..count]);
            values = values[count..];
            first += count;
        }
    }

    private byte[] Decode(long block, TensorReader reader)
    {
        recent ??= [];
        var at = recent.FindIndex(d => ReferenceEquals(d.Input, this) && d.Block == block);
        var decoded = at >= 0 ? recent[at] : recent.Count < MostDecoded ? new Decoded() : recent[^1];
        recent.Remove(decoded);
        if (at < 0)
        {
            // What is half decoded belongs to nobody.
            decoded.Input = null;
            Decode(block, reader, decoded);
            (decoded.Input, decoded.Block) = (this, block);
        }
        recent.Insert(0, decoded);
        return decoded.Bytes;
    }

    private void Decode(long block, TensorReader reader, Decoded into)
    {
        var count = (int)Math.Min(CompactParts.BlockElements, elements - (block * CompactParts.BlockElements));
        var (length, begin) = (count * DType.Bytes(), block == 0 ? 0 : ends.Value[block - 1]);
        if (into.Planes.Length < length)
            (into.Planes, into.Bytes) = (new byte[length], new byte[length]);
        try
        {
            var written = into.Decompressor.Unwrap(reader.Read(frames, begin, (int)(ends.Value[block] - begin)), into.Planes.AsSpan(0, length));
            if (written != length)
                throw CompactDiagnostics.Malformed(frames, $"block {block} holds {written} bytes, not {length}");
        }
        catch (ZstdException e)
        {
            throw CompactDiagnostics.Malformed(frames, $"block {block} cannot be decompressed ({e.Message.TrimEnd('.')})", e);
        }
        BytePlanes.Join(into.Planes.AsSpan(0, length), into.Bytes.AsSpan(0, length), DType.Bytes());
    }

    private static long[] ReadEnds(CheckpointTensor tensor, long length)
    {
        var bytes = tensor.File.Read(tensor.Info);
        var read = new long[bytes.Length / sizeof(long)];
        for (var i = 0; i < read.Length; i++)
        {
            read[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(i * sizeof(long)));
            if (read[i] - (i == 0 ? 0 : read[i - 1]) is < 0 or > int.MaxValue)
                throw CompactDiagnostics.Malformed(tensor, $"entry {i} does not follow the one before");
        }
        return read.Length == 0 || read[^1] == length ? read : throw CompactDiagnostics.Malformed(tensor, $"it ends at byte {read[^1]}, not {length}");
    }

    private sealed class Decoded
    {
        public readonly Decompressor Decompressor = new();
        public ZstdInput? Input;
        public long Block;
        public byte[] Planes = [];
        public byte[] Bytes = [];
    }
}

/// <summary>Elements of several bytes, parted into planes and joined again.</summary>
internal static class BytePlanes
{
    /// <summary>First bytes of all elements, then second ones, and so on.</summary>
    public static void Part(ReadOnlySpan<byte> elements, Span<byte> planes, int width)
    {
        var count = elements.Length / width;
        for (var plane = 0; plane < width; plane++)
        {
            var to = planes.Slice(plane * count, count);
            for (var i = 0; i < count; i++)
                to[i] = elements[(i * width) + plane];
        }
    }

    /// <summary>The elements again.</summary>
    public static void Join(ReadOnlySpan<byte> planes, Span<byte> elements, int width)
    {
        var count = elements.Length / width;
        for (var plane = 0; plane < width; plane++)
        {
            var from = planes.Slice(plane * count, count);
            for (var i = 0; i < count; i++)
                elements[(i * width) + plane] = from[i];
        }
    }
}
