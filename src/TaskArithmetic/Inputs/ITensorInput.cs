using TaskArithmetic.Checkpoints;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Inputs;

/// <summary>
/// What one tensor of one model is to a merge: stored values, the product of LoRA factors, rows in another order, a compact vector.
/// One instance serves all threads.
/// </summary>
internal interface ITensorInput
{
    /// <summary>Shape, in elements.</summary>
    IReadOnlyList<ulong> Shape { get; }

    /// <summary>Dtype in which the values are given: what a common working dtype is found from.</summary>
    DType DType { get; }

    /// <summary>The stored tensors that are read for it, in the order of reading.</summary>
    IReadOnlyList<CheckpointTensor> Stored { get; }

    /// <summary>Everything that decides its values, for content keys: names of stored tensors with the digest of their files, and numbers.</summary>
    /// <param name="identityOf">What a file is: its SHA-256.</param>
    string Identity(Func<SafetensorsFile, string> identityOf);

    /// <summary>Gives a run of elements, widened to float32.</summary>
    /// <param name="first">Index of the first element.</param>
    /// <param name="values">Receives the values; its length is the number of elements.</param>
    /// <param name="reader">Reads stored bytes, one for each thread.</param>
    void Read(long first, Span<float> values, TensorReader reader);
}
