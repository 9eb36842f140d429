using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Inputs;

/// <summary>
/// A tensor of which only some elements are stored, all others being 0: their values, and their places as 16-bit numbers within blocks of
/// 65,536 elements or as a mask of bits.
/// </summary>
internal sealed class SparseInput : ITensorInput
{
    private readonly CheckpointTensor stored;
    private readonly CheckpointTensor? places;
    private readonly CheckpointTensor? mask;
    private readonly long elements;
    private readonly Lazy<uint[]> starts;

    public SparseInput(CheckpointTensor values, CheckpointTensor starts, CheckpointTensor? places, CheckpointTensor? mask, IReadOnlyList<ulong> shape)
    {
        (stored, this.places, this.mask, Shape) = (values, places, mask, shape);
        elements = (long)shape.Aggregate(1UL, (product, extent) => product * extent);
        Stored = [values, starts, (places ?? mask)!];
        this.starts = new(() => ReadStarts(starts, values.Info.ElementCount));
    }

    public IReadOnlyList<ulong> Shape { get; }

    public DType DType => stored.Info.DType;

    public IReadOnlyList<CheckpointTensor> Stored { get; }

    public string Identity(Func<SafetensorsFile, string> identityOf) => CompactIdentity.Of("sparse", Stored, identityOf);

    public void Read(long first, Span<float> values, TensorReader reader)
    {
        values.Clear();
        while (!values.IsEmpty)
        {
            var (block, start) = (first / CompactParts.BlockElements, (int)(first % CompactParts.BlockElements));
            var count = Math.Min(values.Length, CompactParts.BlockElements - start);
            if (starts.Value[block] < starts.Value[block + 1])
            {
                if (places is null)
                    FromMask(block, start, values[..count], reader);
                else
                    FromPlaces(block, start, values[..count], reader);
            }
            values = values[count..];
            first += count;
        }
    }

    private void FromPlaces(long block, int start, Span<float> values, TensorReader reader)
    {
        long begin = starts.Value[block];
        var rented = ArrayPool<ushort>.Shared.Rent(CompactParts.BlockElements);
        var all = rented.AsSpan(0, (int)(starts.Value[block + 1] - begin));
        MemoryMarshal.Cast<byte, ushort>(reader.Read(places!, begin, all.Length)).CopyTo(all);
        RequireAscending(all, block);
        var from = LowerBound(all, start);
        var to = LowerBound(all, start + values.Length);
        if (from < to)
        {
            using var kept = ReadValues(begin + from, to - from, reader);
            for (var i = from; i < to; i++)
                values[all[i] - start] = kept.Values[i - from];
        }
        ArrayPool<ushort>.Shared.Return(rented);
    }

    /// <summary>A place out of order would be looked for in vain, one that comes twice would have two values, one behind the end none to go to.</summary>
    private void RequireAscending(ReadOnlySpan<ushort> all, long block)
    {
        for (var i = 1; i < all.Length; i++)
        {
            if (all[i] <= all[i - 1])
                throw CompactDiagnostics.Malformed(places!, $"the places of block {block} are not in ascending order");
        }
        if (all.Length > 0 && (block * CompactParts.BlockElements) + all[^1] >= elements)
            throw CompactDiagnostics.Malformed(places!, $"a place of block {block} lies behind the end of the tensor");
    }

    private void FromMask(long block, int start, Span<float> values, TensorReader reader)
    {
        var firstByte = block * CompactParts.BlockElements / 8;
        var length = (start + values.Length + 7) / 8;
        var rented = ArrayPool<byte>.Shared.Rent(length);
        var bits = rented.AsSpan(0, length);
        reader.Read(mask!, firstByte, length).CopyTo(bits);
        long begin = starts.Value[block] + CountBits(bits, 0, start);
        var count = CountBits(bits, start, start + values.Length);
        var (end, isLast) = (starts.Value[block + 1], start + values.Length == Math.Min(CompactParts.BlockElements, elements - (block * CompactParts.BlockElements)));
        if (begin + count > end || (isLast && begin + count < end))
            throw CompactDiagnostics.Malformed(mask!, $"the bits of block {block} are {(begin + count > end ? "more" : "fewer")} than its values");
        if (count > 0)
        {
            using var kept = ReadValues(begin, count, reader);
            var next = 0;
            for (var i = 0; i < values.Length; i++)
            {
                if ((bits[(start + i) >> 3] >> ((start + i) & 7) & 1) != 0)
                    values[i] = kept.Values[next++];
            }
        }
        ArrayPool<byte>.Shared.Return(rented);
    }

    private Kept ReadValues(long first, int count, TensorReader reader)
    {
        var kept = new Kept(count);
        Widening.ToSingle(reader.Read(stored, first, count), DType, kept.Values.AsSpan(0, count));
        return kept;
    }

    private static int LowerBound(ReadOnlySpan<ushort> places, int place)
    {
        var (low, high) = (0, places.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (places[middle] < place)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private static int CountBits(ReadOnlySpan<byte> bits, int from, int to)
    {
        var count = 0;
        for (; from < to && (from & 7) != 0; from++)
            count += bits[from >> 3] >> (from & 7) & 1;
        for (; from + 64 <= to; from += 64)
            count += BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(bits[(from >> 3)..]));
        for (; from < to; from++)
            count += bits[from >> 3] >> (from & 7) & 1;
        return count;
    }

    private static uint[] ReadStarts(CheckpointTensor tensor, long values)
    {
        var bytes = tensor.File.Read(tensor.Info);
        var read = new uint[bytes.Length / sizeof(uint)];
        for (var i = 0; i < read.Length; i++)
        {
            read[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(i * sizeof(uint)));
            if (i > 0 && (read[i] < read[i - 1] || read[i] - read[i - 1] > CompactParts.BlockElements))
                throw CompactDiagnostics.Malformed(tensor, $"entry {i} does not follow the one before");
        }
        return read[0] == 0 && read[^1] == values ? read : throw CompactDiagnostics.Malformed(tensor, $"it counts {read[^1]} values, not {values}");
    }

    private readonly struct Kept(int count) : IDisposable
    {
        public float[] Values { get; } = ArrayPool<float>.Shared.Rent(count);

        public void Dispose() => ArrayPool<float>.Shared.Return(Values);
    }
}

/// <summary>A tensor of which only signs are stored, with one magnitude for all elements or one for each row (BitDelta, arXiv 2402.10193).</summary>
internal sealed class SignInput(CheckpointTensor signs, CheckpointTensor means, IReadOnlyList<ulong> shape) : ITensorInput
{
    private readonly Lazy<float[]> magnitudes = new(() => MemoryMarshal.Cast<byte, float>(means.File.Read(means.Info)).ToArray());
    private readonly long perMean = Math.Max(1, (long)shape.Aggregate(1UL, (product, extent) => product * extent) / Math.Max(1, means.Info.ElementCount));

    public IReadOnlyList<ulong> Shape => shape;

    public DType DType => DType.F32;

    public IReadOnlyList<CheckpointTensor> Stored { get; } = [signs, means];

    public string Identity(Func<SafetensorsFile, string> identityOf) => CompactIdentity.Of("bitdelta", Stored, identityOf);

    public void Read(long first, Span<float> values, TensorReader reader)
    {
        if (values.IsEmpty)
            return;
        var bits = reader.Read(signs, first / 8, (int)(((first + values.Length + 7) / 8) - (first / 8)));
        var start = (int)(first % 8);
        for (var i = 0; i < values.Length;)
        {
            var mean = magnitudes.Value[(first + i) / perMean];
            var end = (int)Math.Min(values.Length, ((((first + i) / perMean) + 1) * perMean) - first);
            for (; i < end; i++)
                values[i] = (bits[(start + i) >> 3] >> ((start + i) & 7) & 1) != 0 ? mean : -mean;
        }
    }
}

/// <summary>What decides the values of a compact tensor.</summary>
internal static class CompactIdentity
{
    /// <summary>The form and its stored parts.</summary>
    public static string Of(string form, IReadOnlyList<CheckpointTensor> stored, Func<SafetensorsFile, string> identityOf) =>
        $"{form}({string.Join(' ', stored.Select(t => $"{identityOf(t.File)} {JsonSerializer.Serialize(t.Info.Name)}"))})";
}
