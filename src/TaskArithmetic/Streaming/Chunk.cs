using TaskArithmetic.Methods;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Streaming;

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

    /// <summary>All chunks of a file, in file order.</summary>
    public static IReadOnlyList<Chunk> Cut(IReadOnlyList<TensorInfo> tensors) => Cut(tensors, _ => Unit.Element);

    /// <summary>All chunks of a file, in file order, each holding whole units.</summary>
    /// <param name="tensors">The tensors of the file.</param>
    /// <param name="unitOf">The unit in which a tensor's method must see it.</param>
    public static IReadOnlyList<Chunk> Cut(IReadOnlyList<TensorInfo> tensors, Func<TensorInfo, Unit> unitOf)
    {
        var chunks = new List<Chunk>();
        foreach (var tensor in tensors)
        {
            var index = 0;
            var size = Size(tensor, unitOf(tensor));
            for (long first = 0; first < tensor.ElementCount; first += size)
                chunks.Add(new Chunk(chunks.Count, tensor, index++, first, checked((int)Math.Min(size, tensor.ElementCount - first))));
        }
        return chunks;
    }

    private static long Size(TensorInfo tensor, Unit unit)
    {
        if (unit == Unit.Element)
            return Elements;
        var row = tensor.Shape.Count == 0 ? 1 : (long)tensor.Shape[^1];
        return unit == Unit.Tensor ? Math.Max(1, tensor.ElementCount) : row * Math.Max(1, Elements / Math.Max(1, row));
    }
}
