using System.Collections.Concurrent;
using TaskArithmetic.Methods;
using TaskArithmetic.Planning;
using TaskArithmetic.Streaming;

namespace TaskArithmetic.Measuring;

/// <summary>What the vectors of a merge do to the target and to each other, beside what another observer measures of the same stream.</summary>
/// <param name="beside">The other observer.</param>
/// <param name="vectors">Inputs of the recipe: a tensor that one of them does not touch counts as zero in its vector.</param>
internal sealed class InterferenceObserver(IStreamObserver beside, int vectors) : IStreamObserver
{
    private readonly ConcurrentBag<Buffers> pool = [];

    public IMeasure Begin(PlannedTensor tensor) => new Observed(beside.Begin(tensor), new InterferenceSums(vectors));

    public void Observe(in StreamBlock block, IMeasure into)
    {
        var (tensor, length, scratch) = (block.Tensor, block.Target.Length, block.Scratch);
        var observed = (Observed)into;
        beside.Observe(block, observed.Beside);
        var isOfModels = tensor.Merge?.Method.Schema.Operands == Operands.Models;
        var buffers = pool.TryTake(out var pooled) && pooled.Scratch.Length >= length ? pooled : new Buffers(vectors, length);
        var operands = new VectorOperand[vectors];
        for (var vector = 0; vector < vectors; vector++)
        {
            var place = PlaceOf(tensor, vector);
            var minus = place < 0 ? null : tensor.Inputs[place].Minus is not null ? scratch.Minus[place] : isOfModels ? scratch.Target : null;
            operands[vector] = VectorOperand.Of(
                place < 0 ? null : scratch.From[place], minus, scratch.Target, (float)StrengthOf(tensor, vector), buffers.Differences[vector], buffers.Models[vector], length);
        }
        observed.Sums.Measure(operands, scratch.Target, 0, length, buffers.Scratch);
        pool.Add(buffers);
    }

    /// <summary>The sums of a tensor, once all its blocks were seen.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="measure">What the stream measured of it.</param>
    /// <param name="other">What the other observer measured.</param>
    public MeasuredTensor Take(PlannedTensor tensor, IMeasure measure, out IMeasure other)
    {
        var observed = (Observed)measure;
        other = observed.Beside;
        observed.Sums.Strengthen([.. Enumerable.Range(0, vectors).Select(vector => StrengthOf(tensor, vector))]);
        return new(tensor.Name, observed.Sums, null);
    }

    private static int PlaceOf(PlannedTensor tensor, int vector)
    {
        for (var i = 0; i < tensor.Inputs.Count; i++)
        {
            if (tensor.Inputs[i].Index == vector)
                return i;
        }
        return -1;
    }

    /// <summary>The factor that a plain weighted sum gives a vector: its weight times λ, over the sum of weights where the method normalises.</summary>
    private static double StrengthOf(PlannedTensor tensor, int vector)
    {
        var place = PlaceOf(tensor, vector);
        if (place < 0 || tensor.Merge is not { Context.Arguments: var arguments })
            return 0;
        if (!arguments.Has(place, "weight"))
            return 1;
        var factor = arguments.Number(place, "weight") * (arguments.Has("lambda") ? arguments.Number("lambda") : 1);
        var divisor = arguments.Has("normalize") && arguments.Flag("normalize") ? arguments.Numbers("weight").Sum() : 1;
        return divisor == 0 ? factor : factor / divisor;
    }

    private sealed class Buffers(int vectors, int length)
    {
        public MeasuringScratch Scratch { get; } = new(vectors, length);

        public float[][] Differences { get; } = [.. Enumerable.Range(0, vectors).Select(_ => new float[length])];

        public float[][] Models { get; } = [.. Enumerable.Range(0, vectors).Select(_ => new float[length])];
    }

    private sealed record Observed(IMeasure Beside, InterferenceSums Sums) : IMeasure
    {
        public bool IsExact => false;

        public void Add(IMeasure other)
        {
            var (beside, sums) = (Observed)other;
            Beside.Add(beside);
            Sums.Add(sums);
        }
    }
}
