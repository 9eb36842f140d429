using System.Buffers.Binary;
using System.Runtime.InteropServices;
using TaskArithmetic.Inputs;
using TaskArithmetic.Kernels;
using TaskArithmetic.Methods;
using TaskArithmetic.Safetensors;
using ZstdSharp;

namespace TaskArithmetic.Compression;

/// <summary>Writes one tensor in a compact form.</summary>
internal interface ICompactEncoder : IDisposable
{
    /// <summary>The form's name in files.</summary>
    string Form { get; }

    /// <summary>Whether a tensor is encoded; others are stored as they are.</summary>
    bool Takes(SourceTensor tensor);

    /// <summary>Writes the parts of a tensor.</summary>
    void Encode(SourceTensor tensor, SafetensorsSpool spool);
}

/// <summary>Each block compressed apart, its bytes in planes.</summary>
internal sealed class ZstdEncoder : ICompactEncoder
{
    // Above this, seconds are bought with tenths of a percent on what training leaves in a vector.
    private const int Level = 9;

    private readonly Compressor compressor = new(Level);
    private readonly byte[] planes = new byte[CompactParts.BlockElements * sizeof(double)];

    public string Form => "zstd";

    public bool Takes(SourceTensor tensor) => tensor.DType.IsMergeable();

    public void Encode(SourceTensor tensor, SafetensorsSpool spool)
    {
        var frames = spool.Begin(CompactParts.Frames);
        var ends = new byte[tensor.Blocks * sizeof(long)];
        for (long block = 0; block < tensor.Blocks; block++)
        {
            var bytes = tensor.Bytes(block);
            BytePlanes.Part(bytes, planes, tensor.DType.Bytes());
            frames.Append(compressor.Wrap(planes.AsSpan(0, bytes.Length)));
            BinaryPrimitives.WriteInt64LittleEndian(ends.AsSpan((int)block * sizeof(long)), frames.Length);
        }
        spool.End(frames, CompactParts.NameOf(tensor.Name, CompactParts.Frames), DType.U8, [(ulong)frames.Length]);
        spool.Add(CompactParts.Ends, CompactParts.NameOf(tensor.Name, CompactParts.Ends), DType.I64, [(ulong)tensor.Blocks], ends);
    }

    public void Dispose() => compressor.Dispose();
}

/// <summary>Signs, and the mean magnitude: for given signs the magnitude with the least squared error.</summary>
internal sealed class SignEncoder(bool oneScale) : ICompactEncoder
{
    public string Form => "bitdelta";

    // A vector of one axis is small and often all that a norm has: it stays exact.
    public bool Takes(SourceTensor tensor) => tensor.DType.IsMergeable() && tensor.IsMatrix;

    public void Encode(SourceTensor tensor, SafetensorsSpool spool)
    {
        var rows = oneScale ? 1 : (long)tensor.Shape[0];
        var perRow = tensor.Elements / rows;
        var sums = new double[rows];
        var signs = spool.Begin(CompactParts.Signs);
        var bits = new byte[CompactParts.BlockElements / 8];
        for (long block = 0; block < tensor.Blocks; block++)
        {
            var values = tensor.Values(block);
            Array.Clear(bits);
            for (var i = 0; i < values.Length; i++)
            {
                sums[((block * CompactParts.BlockElements) + i) / perRow] += Math.Abs((double)values[i]);
                if (values[i] > 0)
                    bits[i >> 3] |= (byte)(1 << (i & 7));
            }
            signs.Append(bits.AsSpan(0, (values.Length + 7) / 8));
        }
        float[] means = [.. sums.Select(s => (float)(s / perRow))];
        spool.End(signs, CompactParts.NameOf(tensor.Name, CompactParts.Signs), DType.U8, [(ulong)signs.Length]);
        spool.Add(CompactParts.Means, CompactParts.NameOf(tensor.Name, CompactParts.Means), DType.F32, [(ulong)rows], MemoryMarshal.AsBytes(means.AsSpan()));
    }

    public void Dispose()
    {
    }
}

/// <summary>What is not zero, or is large enough: places in blocks, or a mask where that is smaller, and values.</summary>
internal sealed class SparseEncoder(SparseSelection selection) : ICompactEncoder
{
    public string Form => "sparse";

    public bool Takes(SourceTensor tensor) => selection.Counts.ContainsKey(tensor.Name);

    /// <summary>The stored parts of a tensor of which so many elements are kept.</summary>
    public static IEnumerable<(string Name, DType DType, IReadOnlyList<ulong> Shape)> Parts(SourceTensor tensor, long kept)
    {
        yield return (CompactParts.NameOf(tensor.Name, CompactParts.Starts), DType.U32, [(ulong)tensor.Blocks + 1]);
        yield return IsMasked(tensor, kept)
            ? (CompactParts.NameOf(tensor.Name, CompactParts.Mask), DType.U8, [(ulong)(tensor.Elements + 7) / 8])
            : (CompactParts.NameOf(tensor.Name, CompactParts.Places), DType.U16, [(ulong)kept]);
        yield return (CompactParts.NameOf(tensor.Name, CompactParts.Values), tensor.DType, [(ulong)kept]);
    }

    public void Encode(SourceTensor tensor, SafetensorsSpool spool)
    {
        var parts = Parts(tensor, selection.Counts[tensor.Name]).ToList();
        var (where, what) = (spool.Begin(CompactParts.Places), spool.Begin(CompactParts.Values));
        var starts = new byte[(tensor.Blocks + 1) * sizeof(uint)];
        var (width, kept) = (tensor.DType.Bytes(), new List<ushort>());
        long total = 0;
        for (long block = 0; block < tensor.Blocks; block++)
        {
            var values = tensor.Values(block);
            kept.Clear();
            selection.Take(tensor.Name, values, kept);
            Append(where, CollectionsMarshal.AsSpan(kept), values.Length, IsMasked(tensor, selection.Counts[tensor.Name]));
            var bytes = tensor.Bytes(block);
            var packed = new byte[kept.Count * width];
            for (var i = 0; i < kept.Count; i++)
                bytes.Slice(kept[i] * width, width).CopyTo(packed.AsSpan(i * width));
            what.Append(packed);
            total += kept.Count;
            BinaryPrimitives.WriteUInt32LittleEndian(starts.AsSpan((int)(block + 1) * sizeof(uint)), (uint)total);
        }
        spool.Add(CompactParts.Starts, parts[0].Name, parts[0].DType, parts[0].Shape, starts);
        spool.End(where, parts[1].Name, parts[1].DType, parts[1].Shape);
        spool.End(what, parts[2].Name, parts[2].DType, parts[2].Shape);
    }

    public void Dispose()
    {
    }

    // Two bytes for each kept element against a bit for each element.
    private static bool IsMasked(SourceTensor tensor, long kept) => (tensor.Elements + 7) / 8 < kept * sizeof(ushort);

    private static void Append(SafetensorsSpool.Track track, ReadOnlySpan<ushort> places, int count, bool masked)
    {
        if (!masked)
        {
            track.Append(MemoryMarshal.AsBytes(places));
            return;
        }
        var bits = new byte[(count + 7) / 8];
        foreach (var place in places)
            bits[place >> 3] |= (byte)(1 << (place & 7));
        track.Append(bits);
    }
}

/// <summary>Factors of each matrix in bfloat16, at ranks that were decided before.</summary>
internal sealed class LowRankEncoder(IReadOnlyDictionary<string, int> ranks, ILinearAlgebra algebra) : ICompactEncoder
{
    /// <summary>Dtype of the factors: their rounding is far below what the rank leaves out.</summary>
    public const DType FactorDType = DType.BF16;

    public string Form => "lowrank";

    public bool Takes(SourceTensor tensor) => ranks.ContainsKey(tensor.Name);

    public void Encode(SourceTensor tensor, SafetensorsSpool spool)
    {
        var (rows, columns, rank) = ((int)tensor.Shape[0], (int)tensor.Shape[1], ranks[tensor.Name]);
        var (u, s, vt) = algebra.Svd(tensor.All(), rows, columns);
        var a = vt.AsSpan(0, rank * columns);
        var b = new float[rows * rank];
        for (var k = 0; k < rank; k++)
        {
            var root = MathF.Sqrt(s[k]);
            Combining.Multiply(a.Slice(k * columns, columns), root);
            for (var i = 0; i < rows; i++)
                b[(i * rank) + k] = u[(i * s.Length) + k] * root;
        }
        Add(spool, CompactParts.NameOf(tensor.Name, CompactParts.A), a, [(ulong)rank, (ulong)columns]);
        Add(spool, CompactParts.NameOf(tensor.Name, CompactParts.B), b, [(ulong)rows, (ulong)rank]);
    }

    public void Dispose()
    {
    }

    private static void Add(SafetensorsSpool spool, string name, ReadOnlySpan<float> values, IReadOnlyList<ulong> shape)
    {
        var bytes = new byte[values.Length * FactorDType.Bytes()];
        Narrowing.FromSingle(values, FactorDType, bytes);
        spool.Add(CompactParts.A, name, FactorDType, shape, bytes);
    }
}
