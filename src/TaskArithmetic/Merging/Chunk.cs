using TaskArithmetic.Checkpoints;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Merging;

/// <summary>A run of elements of one output tensor: the unit of reading, computing and writing.</summary>
/// <param name="Sequence">Place among all chunks of the file, in file order.</param>
/// <param name="Tensor">The output tensor.</param>
/// <param name="Index">Place among the chunks of the tensor.</param>
/// <param name="First">First element.</param>
/// <param name="Count">Number of elements.</param>
internal readonly record struct Chunk(int Sequence, TensorInfo Tensor, int Index, long First, int Count)
{
    /// <summary>
    /// Elements in a full chunk. Fixed, since sums over a tensor are added chunk by chunk and must not depend on the machine;
    /// small enough that the float32 scratch of one worker stays in a second-level cache.
    /// </summary>
    public const int Elements = 1 << 16;

    /// <summary>Elements in a block: what kernels work on at a time, small enough for a first-level cache.</summary>
    public const int BlockElements = 1 << 12;

    /// <summary>First byte within a tensor of the given dtype.</summary>
    public long ByteOffset(DType dtype) => First * dtype.Bits() / 8;

    /// <summary>Number of bytes in a tensor of the given dtype.</summary>
    public int ByteCount(DType dtype) => (int)((long)Count * dtype.Bits() / 8);

    /// <summary>Reads these elements of an input tensor into the front of a buffer.</summary>
    /// <returns>The bytes read, in the tensor's own dtype.</returns>
    public Span<byte> Read(CheckpointTensor tensor, byte[] buffer)
    {
        var bytes = buffer.AsSpan(0, ByteCount(tensor.Info.DType));
        tensor.Read(ByteOffset(tensor.Info.DType), bytes);
        return bytes;
    }

    /// <summary>All chunks of a file, in file order.</summary>
    public static IReadOnlyList<Chunk> Cut(IReadOnlyList<TensorInfo> tensors)
    {
        var chunks = new List<Chunk>();
        foreach (var tensor in tensors)
        {
            var index = 0;
            for (long first = 0; first < tensor.ElementCount; first += Elements)
                chunks.Add(new Chunk(chunks.Count, tensor, index++, first, (int)Math.Min(Elements, tensor.ElementCount - first)));
        }
        return chunks;
    }
}
