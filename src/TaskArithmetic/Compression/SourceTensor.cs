using TaskArithmetic.Checkpoints;
using TaskArithmetic.Inputs;
using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Compression;

/// <summary>A tensor of the vector to compress, read block by block.</summary>
internal sealed class SourceTensor(CheckpointTensor stored)
{
    private readonly TensorReader reader = new();
    private readonly float[] values = new float[CompactParts.BlockElements];

    public string Name => stored.Info.Name;

    public DType DType => stored.Info.DType;

    public IReadOnlyList<ulong> Shape => stored.Info.Shape;

    public long Elements => stored.Info.ElementCount;

    /// <summary>Bytes as they are stored.</summary>
    public long ByteLength => stored.Info.ByteLength;

    /// <summary>Whether there is a matrix to factorise.</summary>
    public bool IsMatrix => Shape is [> 1, > 1];

    /// <summary>Number of blocks.</summary>
    public long Blocks => CompactParts.BlocksOf(Elements);

    /// <summary>A block as it is stored; valid until the next call.</summary>
    public ReadOnlySpan<byte> Bytes(long block) => reader.Read(stored, block * CompactParts.BlockElements, Count(block));

    /// <summary>A block in float32; valid until the next call.</summary>
    public ReadOnlySpan<float> Values(long block)
    {
        var widened = values.AsSpan(0, Count(block));
        Widening.ToSingle(Bytes(block), DType, widened);
        return widened;
    }

    /// <summary>All values, for a matrix that must be seen whole.</summary>
    public float[] All()
    {
        var all = new float[Elements];
        for (long block = 0; block < Blocks; block++)
            Values(block).CopyTo(all.AsSpan((int)(block * CompactParts.BlockElements)));
        return all;
    }

    /// <summary>Copies the tensor as it is.</summary>
    public void CopyTo(SafetensorsSpool spool)
    {
        var track = spool.Begin("copies");
        // In bytes, since dtypes that nothing is computed with are carried along too.
        var buffer = new byte[1 << 20];
        for (long done = 0; done < ByteLength; done += buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, ByteLength - done));
            stored.Read(done, part);
            track.Append(part);
        }
        spool.End(track, Name, DType, Shape);
    }

    private int Count(long block) => (int)Math.Min(CompactParts.BlockElements, Elements - (block * CompactParts.BlockElements));
}
