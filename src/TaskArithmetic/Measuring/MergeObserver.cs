using TaskArithmetic.Kernels;
using TaskArithmetic.Methods;
using TaskArithmetic.Planning;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Streaming;

namespace TaskArithmetic.Measuring;

/// <summary>What a merge does to each tensor: norms, lineage of donors, survival of changes.</summary>
internal sealed class MergeObserver : IFusedObserver
{
    public IMeasure Begin(PlannedTensor tensor) => new Measured<TensorStatistics>((a, b) => a + b);

    public void Observe(in StreamBlock block, IMeasure into)
    {
        var terms = new TermStatistics[block.Tensor.Inputs.Count];
        for (var i = 0; i < terms.Length; i++)
            terms[i] = Measure(block, i);
        var squared = Reducing.SumOfSquares(block.Target);
        block.NonFinite.CheckInput(squared, block.Target, block.Tensor.Target.Stored[0], block.First);
        ((Measured<TensorStatistics>)into).Add(new TensorStatistics(
            block.Target.Length,
            squared,
            Reducing.CountNonZero(block.Change),
            Reducing.CountSurviving(block.Change, block.Target, block.Output, block.Tensor.OutputDType),
            terms));
    }

    public void Observe(PlannedTensor tensor, FusedMeasures measured, IMeasure into)
    {
        var terms = new TermStatistics[tensor.Inputs.Count];
        for (var i = 0; i < terms.Length; i++)
        {
            var term = measured.Terms[i];
            terms[i] = tensor.Inputs[i].Minus is null
                ? new TermStatistics(tensor.Inputs[i].Index, term.Squared, term.Equal, null, null)
                : new TermStatistics(
                    tensor.Inputs[i].Index, term.Squared, term.Equal,
                    new DonorStatistics(term.FromSquared, term.FromDistance), new DonorStatistics(term.MinusSquared, term.MinusDistance));
        }
        ((Measured<TensorStatistics>)into).Add(new TensorStatistics(measured.Elements, measured.TargetSquared, measured.Asked, measured.Survived, terms));
    }

    private static TermStatistics Measure(in StreamBlock block, int i)
    {
        var input = block.Tensor.Inputs[i];
        var from = block.From(i);
        var minus = block.Minus(i);
        var target = block.Target;
        var fromSquared = Reducing.SumOfSquares(from);
        block.NonFinite.CheckInput(fromSquared, from, input.From.Stored[0], block.First);
        if (input.Minus is null)
            return new TermStatistics(input.Index, fromSquared, from.Length - Reducing.CountNonZero(from), null, null);
        var minusSquared = Reducing.SumOfSquares(minus);
        block.NonFinite.CheckInput(minusSquared, minus, input.Minus.Stored[0], block.First);
        return new TermStatistics(
            input.Index,
            Reducing.SquaredDistance(from, minus),
            Reducing.CountEqual(from, minus),
            new DonorStatistics(fromSquared, Reducing.SquaredDistance(from, target)),
            new DonorStatistics(minusSquared, Reducing.SquaredDistance(minus, target)));
    }
}

/// <summary>What an extraction learns of each tensor of a vector.</summary>
internal sealed class VectorObserver : IStreamObserver
{
    public IMeasure Begin(PlannedTensor tensor) => new Measured<VectorStatistics>((a, b) => a + b);

    public void Observe(in StreamBlock block, IMeasure into)
    {
        var squared = Reducing.SumOfSquares(block.Change);
        if (!double.IsFinite(squared))
        {
            for (var i = 0; i < block.Tensor.Inputs.Count; i++)
            {
                block.NonFinite.CheckInput(squared, block.From(i), block.Tensor.Inputs[i].From.Stored[0], block.First);
                if (block.Tensor.Inputs[i].Minus is { } minus)
                    block.NonFinite.CheckInput(squared, block.Minus(i), minus.Stored[0], block.First);
            }
        }
        ((Measured<VectorStatistics>)into).Add(new VectorStatistics(
            block.Change.Length, squared, block.Change.Length - Reducing.CountNonZero(block.Change), Reducing.CountRepresentable(block.Change, Safetensors.DType.BF16)));
    }
}

/// <summary>A sum of records over blocks.</summary>
/// <param name="sum">Sum over two disjoint parts.</param>
internal sealed class Measured<T>(Func<T, T, T> sum) : IMeasure
{
    private bool any;

    /// <summary>The sum; only where a block was seen.</summary>
    public T Value { get; private set; } = default!;

    public bool IsExact => false;

    public void Add(T part)
    {
        Value = any ? sum(Value, part) : part;
        any = true;
    }

    public void Add(IMeasure other) => Add(((Measured<T>)other).Value);
}
