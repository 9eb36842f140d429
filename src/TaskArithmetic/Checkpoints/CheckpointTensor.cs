using TaskArithmetic.Diagnostics;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Checkpoints;

/// <summary>A tensor of a checkpoint and the open file that holds it.</summary>
/// <param name="File">The shard.</param>
/// <param name="Info">Name, dtype, shape and place in the shard.</param>
public sealed record CheckpointTensor(SafetensorsFile File, TensorInfo Info)
{
    /// <summary>Fills <paramref name="destination"/> with the tensor's bytes from <paramref name="offset"/> bytes into it.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">TA2001 if the file cannot be read.</exception>
    public void Read(long offset, Span<byte> destination) => File.Read(Info, offset, destination);
}
