using System.Runtime.CompilerServices;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Inputs;

/// <summary>
/// Reads runs of stored tensors for one thread. A chunk's bytes are read once, handed to whoever hashes the files in the same pass, and held
/// while the chunk is worked on block by block.
/// </summary>
internal sealed class TensorReader
{
    private readonly List<HeldRun> held = [];
    private byte[] buffer = [];
    private int used;

    /// <summary>Takes the bytes of chunks, with the byte at which they begin in the tensor; null if nobody does.</summary>
    public Action<CheckpointTensor, long, ReadOnlyMemory<byte>>? Seen { get; set; }

    /// <summary>Lets go of the chunk before and reads this one.</summary>
    /// <param name="tensors">The tensors of which the same run of elements is needed.</param>
    /// <param name="first">First element.</param>
    /// <param name="count">Number of elements.</param>
    public void Hold(IEnumerable<StoredInput> tensors, long first, int count)
    {
        used = 0;
        foreach (var input in tensors)
        {
            if (held.Count == used)
                held.Add(new HeldRun());
            var hold = held[used++];
            var dtype = input.DType;
            var length = (int)((long)count * dtype.Bits() / 8);
            if (hold.Bytes.Length < length)
                hold.Bytes = GC.AllocateUninitializedArray<byte>(length);
            (hold.Tensor, hold.First, hold.Length) = (input.Tensor, first, length);
            input.Tensor.Read(first * dtype.Bits() / 8, hold.Bytes.AsSpan(0, length));
            Seen?.Invoke(input.Tensor, first * dtype.Bits() / 8, hold.Bytes.AsMemory(0, length));
        }
    }

    /// <summary>All that is held of a tensor, in its own dtype; valid until the next <see cref="Hold"/>.</summary>
    /// <exception cref="InvalidOperationException">Nothing is held of it.</exception>
    public ReadOnlyMemory<byte> Held(CheckpointTensor tensor)
    {
        for (var i = 0; i < used; i++)
        {
            if (ReferenceEquals(held[i].Tensor, tensor))
                return held[i].Bytes.AsMemory(0, held[i].Length);
        }
        throw new InvalidOperationException($"Nothing is held of '{tensor.Info.Name}'.");
    }

    /// <summary>A run of elements, in the tensor's own dtype; valid until the next call.</summary>
    public ReadOnlySpan<byte> Read(CheckpointTensor tensor, long first, int count)
    {
        var bits = tensor.Info.DType.Bits();
        var offset = first * bits / 8;
        var length = (int)((long)count * bits / 8);
        for (var i = 0; i < used; i++)
        {
            var hold = held[i];
            var start = (first - hold.First) * bits / 8;
            if (ReferenceEquals(hold.Tensor, tensor) && start >= 0 && start + length <= hold.Length)
                return hold.Bytes.AsSpan((int)start, length);
        }
        if (buffer.Length < length)
            buffer = GC.AllocateUninitializedArray<byte>(length);
        tensor.Read(offset, buffer.AsSpan(0, length));
        return buffer.AsSpan(0, length);
    }

    private sealed class HeldRun
    {
        public CheckpointTensor? Tensor;
        public byte[] Bytes = [];
        public long First;
        public int Length;
    }
}

/// <summary>A tensor as it is stored.</summary>
internal sealed class StoredInput(CheckpointTensor tensor) : ITensorInput, IEquatable<StoredInput>
{
    public CheckpointTensor Tensor => tensor;

    public IReadOnlyList<ulong> Shape => tensor.Info.Shape;

    public DType DType => tensor.Info.DType;

    public IReadOnlyList<CheckpointTensor> Stored { get; } = [tensor];

    public string Identity(Func<SafetensorsFile, string> identityOf) =>
        $"{identityOf(tensor.File)} {System.Text.Json.JsonSerializer.Serialize(tensor.Info.Name)}";

    public void Read(long first, Span<float> values, TensorReader reader) =>
        Kernels.Widening.ToSingle(reader.Read(tensor, first, values.Length), DType, values);

    /// <summary>Two inputs are one if they are the same tensor of the same open file.</summary>
    public bool Equals(StoredInput? other) => other is not null && ReferenceEquals(tensor, other.Tensor);

    public override bool Equals(object? obj) => Equals(obj as StoredInput);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(tensor);
}
