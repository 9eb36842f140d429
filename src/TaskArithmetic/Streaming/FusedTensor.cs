using TaskArithmetic.Inputs;
using TaskArithmetic.Kernels;
using TaskArithmetic.Methods;
using TaskArithmetic.Planning;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Streaming;

/// <summary>An observer that needs no values, only what a fused merge measures of them.</summary>
internal interface IFusedObserver : IStreamObserver
{
    /// <summary>Adds what a fused merge measured of blocks of a tensor; all their values are finite.</summary>
    void Observe(PlannedTensor tensor, FusedMeasures measured, IMeasure into);
}

/// <summary>A tensor whose blocks may be merged by <see cref="FusedMerge"/>: a weighted sum of tensors that are stored in one dtype.</summary>
internal sealed class FusedTensor
{
    private readonly PlannedTensor tensor;
    private readonly WeightedSum sum;
    private readonly StoredInput target;

    private FusedTensor(PlannedTensor tensor, WeightedSum sum, StoredInput target)
    {
        this.tensor = tensor;
        this.sum = sum;
        this.target = target;
    }

    /// <summary>Null where a tensor has to be merged by its method's own arithmetic.</summary>
    public static FusedTensor? Of(PlannedTensor tensor, TensorMerge? merge)
    {
        if (merge is not { WeightedSum: { } sum, KeepsBase: false } || tensor.Target is not StoredInput target || tensor.Inputs.Count == 0)
            return null;
        var operands = tensor.Inputs.SelectMany(i => i.Minus is null ? [i.From] : new[] { i.From, i.Minus }).ToList();
        return operands.All(o => o is StoredInput stored && stored.Tensor.Info.ElementCount == target.Tensor.Info.ElementCount)
            && FusedMerge.Supports(operands.Append(target).Select(o => o.DType), tensor.OutputDType)
                ? new FusedTensor(tensor, sum, target)
                : null;
    }

    /// <summary>Nothing measured.</summary>
    public FusedMeasures Begin() => new(tensor.Inputs.Count);

    /// <summary>Merges a block of the chunk that the reader holds.</summary>
    /// <param name="reader">Holds the chunk.</param>
    /// <param name="start">First element of the block in the chunk.</param>
    /// <param name="output">The block's bytes in the output dtype.</param>
    /// <param name="into">Receives what was measured.</param>
    /// <returns>False, and nothing is measured, if the block has to be merged by the method's own arithmetic.</returns>
    public bool TryMerge(TensorReader reader, int start, Span<byte> output, FusedMeasures into)
    {
        var bytes = target.DType.Bytes();
        var count = output.Length / tensor.OutputDType.Bytes();
        var terms = new FusedTerm[tensor.Inputs.Count];
        for (var i = 0; i < terms.Length; i++)
            terms[i] = new FusedTerm(Block(tensor.Inputs[i].From), tensor.Inputs[i].Minus is { } minus ? Block(minus) : default, sum.Factors[i]);
        return FusedMerge.TryMerge(
            new FusedBlock { DType = target.DType, OutputDType = tensor.OutputDType, Target = Block(target).Span, Terms = terms, AddsToTarget = sum.AddsToBase }, output, into);

        ReadOnlyMemory<byte> Block(ITensorInput input) => reader.Held(((StoredInput)input).Tensor).Slice(start * bytes, count * bytes);
    }
}
