using TaskArithmetic.Checkpoints;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Inputs;

/// <summary>A tensor of zeros: the base of vectors that are combined with each other and added to nothing.</summary>
/// <param name="Shape">Shape, in elements.</param>
internal sealed record ZeroInput(IReadOnlyList<ulong> Shape) : ITensorInput
{
    public DType DType => DType.F32;

    public IReadOnlyList<CheckpointTensor> Stored => [];

    public string Identity(Func<SafetensorsFile, string> identityOf) => "zero";

    public void Read(long first, Span<float> values, TensorReader reader) => values.Clear();
}
