using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Kernels;

/// <summary>One operand pair of a fused merge: <c>factor·(from − minus)</c>, or <c>factor·from</c> where <see cref="Minus"/> is empty.</summary>
/// <param name="From">Stored elements.</param>
/// <param name="Minus">Stored elements, as many, or empty.</param>
/// <param name="Factor">The factor, rounded to float32 once.</param>
internal readonly record struct FusedTerm(ReadOnlyMemory<byte> From, ReadOnlyMemory<byte> Minus, float Factor);

/// <summary>The operands of a fused merge: stored elements, all of one dtype.</summary>
internal readonly ref struct FusedBlock
{
    /// <summary>Dtype of target and terms: BF16, F16 or F32.</summary>
    public required DType DType { get; init; }

    /// <summary>Dtype of the output: BF16, F16 or F32.</summary>
    public required DType OutputDType { get; init; }

    /// <summary>The target's elements.</summary>
    public required ReadOnlySpan<byte> Target { get; init; }

    /// <summary>The terms, in the order of addition.</summary>
    public required ReadOnlySpan<FusedTerm> Terms { get; init; }

    /// <summary>
    /// Whether terms are added to the target; else to zero, and the target is only what the result is compared with (<c>linear</c>).
    /// </summary>
    public required bool AddsToTarget { get; init; }
}
