using TaskArithmetic.Checkpoints;
using TaskArithmetic.Inputs;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Tests.Measuring;

/// <summary>A tensor that a test holds in memory.</summary>
internal sealed class MemoryInput(float[] values, params ulong[] shape) : ITensorInput
{
    public IReadOnlyList<ulong> Shape => shape.Length == 0 ? [(ulong)values.Length] : shape;

    public DType DType => DType.F32;

    public IReadOnlyList<CheckpointTensor> Stored => [];

    public string Identity(Func<SafetensorsFile, string> identityOf) => "memory";

    public void Read(long first, Span<float> to, TensorReader reader) => values.AsSpan((int)first, to.Length).CopyTo(to);
}
