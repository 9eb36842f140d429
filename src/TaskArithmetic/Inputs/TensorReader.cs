using TaskArithmetic.Checkpoints;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Inputs;

/// <summary>Reads runs of stored tensors for one thread: the bytes are given to whoever hashes the files in the same pass.</summary>
/// <param name="seen">Takes the bytes that were read, with their place in the tensor; null if nobody does.</param>
internal sealed class TensorReader(Action<CheckpointTensor, long, ReadOnlyMemory<byte>>? seen = null)
{
    private byte[] buffer = [];

    /// <summary>A run of elements, in the tensor's own dtype; valid until the next call.</summary>
    public ReadOnlySpan<byte> Read(CheckpointTensor tensor, long first, int count)
    {
        var dtype = tensor.Info.DType;
        var offset = first * dtype.Bits() / 8;
        var length = (int)((long)count * dtype.Bits() / 8);
        if (buffer.Length < length)
            buffer = new byte[length];
        tensor.Read(offset, buffer.AsSpan(0, length));
        seen?.Invoke(tensor, offset, buffer.AsMemory(0, length));
        return buffer.AsSpan(0, length);
    }
}

/// <summary>A tensor as it is stored.</summary>
internal sealed record StoredInput(CheckpointTensor Tensor) : ITensorInput
{
    public IReadOnlyList<ulong> Shape => Tensor.Info.Shape;

    public DType DType => Tensor.Info.DType;

    public IReadOnlyList<CheckpointTensor> Stored => [Tensor];

    public string Identity(Func<SafetensorsFile, string> identityOf) =>
        $"{identityOf(Tensor.File)} {System.Text.Json.JsonSerializer.Serialize(Tensor.Info.Name)}";

    public void Read(long first, Span<float> values, TensorReader reader) =>
        Kernels.Widening.ToSingle(reader.Read(Tensor, first, values.Length), DType, values);
}
