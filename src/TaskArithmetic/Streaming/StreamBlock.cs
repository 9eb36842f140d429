using TaskArithmetic.Methods;
using TaskArithmetic.Planning;

namespace TaskArithmetic.Streaming;

/// <summary>What an observer sees of a block once it is merged.</summary>
internal readonly ref struct StreamBlock
{
    /// <summary>The tensor.</summary>
    public required PlannedTensor Tensor { get; init; }

    /// <summary>Index in the tensor of the first element.</summary>
    public required long First { get; init; }

    /// <summary>The target as it was read.</summary>
    public required ReadOnlySpan<float> Target { get; init; }

    /// <summary>The merged values before they are rounded to the output dtype.</summary>
    public required ReadOnlySpan<float> Output { get; init; }

    /// <summary>What the method asks to change.</summary>
    public required ReadOnlySpan<float> Change { get; init; }

    /// <summary>The scratch that holds the inputs.</summary>
    public required BlockScratch Scratch { get; init; }

    /// <summary>Hears of numbers that are none.</summary>
    public required NonFiniteValues NonFinite { get; init; }

    /// <summary>An input's model or vector as it was read.</summary>
    public ReadOnlySpan<float> From(int input) => Scratch.From[input].AsSpan(0, Target.Length);

    /// <summary>What is subtracted from it; empty where nothing is.</summary>
    public ReadOnlySpan<float> Minus(int input) => Tensor.Inputs[input].Minus is null ? [] : Scratch.Minus[input].AsSpan(0, Target.Length);
}

/// <summary>Measures a stream on the way. One instance serves all threads.</summary>
internal interface IStreamObserver
{
    /// <summary>An empty measure for a tensor.</summary>
    IMeasure Begin(PlannedTensor tensor);

    /// <summary>Adds what a block shows.</summary>
    void Observe(in StreamBlock block, IMeasure into);
}

/// <summary>The float32 buffers of one thread.</summary>
internal sealed class BlockScratch
{
    /// <summary>The target as it was read.</summary>
    public float[] Target { get; private set; } = [];

    /// <summary>The target in the working dtype, where that is another.</summary>
    public float[] Rounded { get; private set; } = [];

    public float[] Output { get; private set; } = [];

    public float[] Change { get; private set; } = [];

    /// <summary>Models and vectors as they were read.</summary>
    public float[][] From { get; private set; } = [];

    /// <summary>What is subtracted from them.</summary>
    public float[][] Minus { get; private set; } = [];

    /// <summary>Room for differences and for inputs in the working dtype.</summary>
    public float[][] Values { get; private set; } = [];

    /// <summary>What the method gets, one buffer of the above for each input.</summary>
    public float[][] Operands { get; private set; } = [];

    /// <summary>Makes room for blocks of this size.</summary>
    public void Reserve(int elements, int inputs)
    {
        if (Target.Length < elements)
        {
            (Target, Rounded, Output, Change) = (new float[elements], new float[elements], new float[elements], new float[elements]);
            From = Minus = Values = [];
        }
        if (From.Length < inputs)
            (From, Minus, Values) = (Grow(From, inputs), Grow(Minus, inputs), Grow(Values, inputs));
        // A method counts its inputs by this array.
        if (Operands.Length != inputs)
            Operands = new float[inputs][];
    }

    private float[][] Grow(float[][] buffers, int count) =>
        [.. buffers, .. Enumerable.Range(0, count - buffers.Length).Select(_ => new float[Target.Length])];
}
