using System.Runtime.InteropServices;
using System.Text;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Gguf.Format;

/// <summary>
/// Writes a GGUF file of version 3: header, keys, a list of tensors, then each tensor from a multiple of 32 bytes on. Tensors are read, converted and
/// written a few rows at a time, so memory stays small whatever the model's size, and the bytes depend on nothing but the input.
/// </summary>
internal sealed class GgufWriter(GgufMetadata metadata, IReadOnlyList<GgufTensor> tensors)
{
    private const int Alignment = 32;
    private const int ChunkElements = 1 << 21;

    private byte[] stored = [];
    private byte[] written = [];
    private float[] values = [];

    /// <summary>Bytes of the whole file.</summary>
    public long Length => Header().Length + tensors.Sum(t => Padded(t.Bytes));

    /// <summary>Writes the file.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="progress">Hears weights done.</param>
    /// <param name="cancellationToken">Ends the work between two chunks.</param>
    /// <exception cref="DiagnosticException">TA5211: a weight that is NaN, infinite or too large for its type, of the first tensor that has one.</exception>
    public void Write(Stream stream, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        stream.Write(Header());
        foreach (var tensor in tensors)
        {
            Write(tensor, stream, progress, cancellationToken);
            stream.Write(new byte[Padded(tensor.Bytes) - tensor.Bytes]);
        }
    }

    private byte[] Header()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)metadata.Count);
        writer.Write(metadata.Bytes.Span);
        long offset = 0;
        foreach (var tensor in tensors)
        {
            GgufMetadata.WriteText(writer, tensor.Name);
            writer.Write((uint)tensor.Shape.Count);
            foreach (var extent in tensor.Shape.Reverse())
                writer.Write(extent);
            writer.Write((uint)tensor.Type);
            writer.Write((ulong)offset);
            offset += Padded(tensor.Bytes);
        }
        writer.Write(new byte[Padded(bytes.Length) - bytes.Length]);
        return bytes.ToArray();
    }

    private static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;

    private void Write(GgufTensor tensor, Stream stream, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        if (tensor.Source is not { } source)
        {
            stream.Write(MemoryMarshal.AsBytes(tensor.Values.AsSpan()));
            return;
        }
        var rows = tensor.Elements / tensor.Columns;
        // Whole heads, since the rows of one trade places.
        var unit = Math.Max(1, tensor.PairedRows);
        var step = Math.Max(unit, ChunkElements / tensor.Columns / unit * unit);
        for (long row = 0; row < rows; row += step)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = (int)Math.Min(step, rows - row);
            stream.Write(Rows(tensor, source, row, count));
            progress?.Report(count * tensor.Columns);
        }
    }

    private ReadOnlySpan<byte> Rows(GgufTensor tensor, CheckpointTensor source, long row, int count)
    {
        var dtype = source.Info.DType;
        var width = (int)tensor.Columns * dtype.Bytes();
        var elements = count * (int)tensor.Columns;
        var bytes = Buffer(ref stored, count * width);
        source.Read(row * width, bytes);
        if (LanguageModels.NonFinite.IndexOf(bytes, dtype) is >= 0 and var at)
            throw GgufDiagnostics.NotWritable(source, (row * tensor.Columns) + at, LanguageModels.NonFinite.Describe(bytes[(at * dtype.Bytes())..], dtype), tensor.Type);
        if (tensor.PairedRows > 0)
            bytes = Paired(bytes, width, tensor.PairedRows);
        if (tensor.Shift == 0 && IsStoredAs(dtype, tensor.Type))
            return bytes;

        var numbers = Buffer(ref values, elements);
        Widening.ToSingle(bytes, dtype, numbers);
        if (tensor.Shift != 0)
        {
            foreach (ref var number in numbers)
                number += tensor.Shift;
        }
        var result = Buffer(ref written, (int)(count * tensor.Type.RowBytes(tensor.Columns)));
        Convert(numbers, tensor.Type, result);
        if (Overflow(result, tensor.Type) is >= 0 and var overflow)
        {
            // Of a block any weight would do; the largest is the one that has no room.
            for (var i = overflow + 1; tensor.Type == GgufType.Q8Zero && i < (overflow / Q8Zero.BlockWeights + 1) * Q8Zero.BlockWeights; i++)
                overflow = Math.Abs(numbers[i]) > Math.Abs(numbers[overflow]) ? i : overflow;
            throw GgufDiagnostics.NotWritable(source, (row * tensor.Columns) + overflow, LanguageModels.NonFinite.Describe(bytes[(overflow * dtype.Bytes())..], dtype), tensor.Type);
        }
        return result;
    }

    /// <summary>The first weight, or the first weight of the first block, that was finite and no longer is; -1 where all are.</summary>
    private static int Overflow(ReadOnlySpan<byte> result, GgufType type)
    {
        if (type != GgufType.Q8Zero)
            return LanguageModels.NonFinite.IndexOf(result, DTypeOf(type));
        for (var at = 0; at < result.Length; at += Q8Zero.BlockBytes)
        {
            if (!Half.IsFinite(MemoryMarshal.Read<Half>(result[at..])))
                return at / Q8Zero.BlockBytes * Q8Zero.BlockWeights;
        }
        return -1;
    }

    private static DType DTypeOf(GgufType type) => type switch { GgufType.F32 => DType.F32, GgufType.F16 => DType.F16, _ => DType.BF16 };

    private static void Convert(ReadOnlySpan<float> numbers, GgufType type, Span<byte> result)
    {
        if (type == GgufType.Q8Zero)
            Q8Zero.Quantize(numbers, result);
        else
            Narrowing.FromSingle(numbers, DTypeOf(type), result);
    }

    /// <summary>Rows of each head from halves to pairs; see <see cref="GgufTensor.PairedRows"/>.</summary>
    private Span<byte> Paired(ReadOnlySpan<byte> bytes, int width, int head)
    {
        var result = Buffer(ref written, bytes.Length);
        for (var row = 0; row < bytes.Length / width; row++)
        {
            var inHead = row % head;
            var from = row - inHead + (inHead % 2 * head / 2) + (inHead / 2);
            bytes.Slice(from * width, width).CopyTo(result[(row * width)..]);
        }
        result.CopyTo(stored);
        return stored.AsSpan(0, bytes.Length);
    }

    private static bool IsStoredAs(DType dtype, GgufType type) =>
        (dtype, type) is (DType.BF16, GgufType.BF16) or (DType.F16, GgufType.F16) or (DType.F32, GgufType.F32);

    private static Span<T> Buffer<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = GC.AllocateUninitializedArray<T>(length);
        return buffer.AsSpan(0, length);
    }
}
