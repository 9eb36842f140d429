using System.Collections;
using TaskArithmetic.Inputs;
using TaskArithmetic.Methods;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Planning;

/// <summary>One tensor of the output: what is read for it, how it is merged, and as what it is written.</summary>
internal sealed record PlannedTensor
{
    /// <summary>Name in the output.</summary>
    public required string Name { get; init; }

    /// <summary>Shape in the output, in elements.</summary>
    public required IReadOnlyList<ulong> Shape { get; init; }

    /// <summary>Dtype in the output.</summary>
    public required DType OutputDType { get; init; }

    /// <summary>What the result is measured against: the target's tensor, which most methods add to; without a base the first model's.</summary>
    public required ITensorInput Target { get; init; }

    /// <summary>What the method combines, in the recipe's order.</summary>
    public IReadOnlyList<PlannedInput> Inputs { get; init; } = [];

    /// <summary>The method with its arguments; null where the target's values are written as they are.</summary>
    public PlannedMerge? Merge { get; init; }

    /// <summary>Whether the target's bytes are written as they are.</summary>
    public bool IsCopy => Merge is null && Target is StoredInput && OutputDType == Target.DType;

    /// <summary>Number of elements.</summary>
    public long Elements => (long)Shape.Aggregate(1UL, (product, extent) => product * extent);

    /// <summary>The inputs that are read run by run as they are stored, in the order of reading; a copy is read through its target alone.</summary>
    public IEnumerable<StoredInput> StoredRuns =>
        (IsCopy ? [Target] : Inputs.SelectMany(i => i.Minus is null ? [i.From] : new[] { i.From, i.Minus }).Prepend(Target)).OfType<StoredInput>().Distinct();
}

/// <summary>One operand of a tensor: a model's tensor, or a vector's, with its own base where it has one.</summary>
/// <param name="Index">Place among the recipe's inputs, from 0.</param>
/// <param name="From">The model's or the vector's tensor.</param>
/// <param name="Minus">What is subtracted from it; null for models and stored vectors.</param>
internal sealed record PlannedInput(int Index, ITensorInput From, ITensorInput? Minus);

/// <summary>A method with its arguments for one tensor.</summary>
/// <param name="Method">The method.</param>
/// <param name="Context">What it knows of the tensor.</param>
internal sealed record PlannedMerge(IMergeMethod Method, TensorContext Context)
{
    /// <summary>Whether the base is an operand of the arithmetic, or the measure of change for models that are averaged.</summary>
    public bool ReadsBase => Context.HasBase;

    /// <summary>Rows that stay the target's whatever the method makes of them; null where all are merged.</summary>
    public BitArray? KeptRows { get; init; }

    /// <summary>The arithmetic, ready to run.</summary>
    /// <param name="survey">What the survey over the whole model learnt; null before it and for methods without one.</param>
    public TensorMerge Bind(IMeasure? survey)
    {
        var merge = Method.Bind(Context with { Survey = survey });
        return KeptRows is null ? merge : new RowKeepingMerge(merge, KeptRows, (int)(Context.Elements / KeptRows.Count));
    }
}
