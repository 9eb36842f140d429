using TaskArithmetic.Inputs;
using TaskArithmetic.Methods;
using TaskArithmetic.Planning;

namespace TaskArithmetic.Comparing;

/// <summary>One tensor of one task vector.</summary>
/// <param name="Values">The model x, or the vector's own elements where <paramref name="Minus"/> is null.</param>
/// <param name="Minus">The model that is subtracted from it, which is its base.</param>
/// <param name="Strength">How strongly it is added to the target (α).</param>
internal sealed record VectorTensor(ITensorInput Values, ITensorInput? Minus, double Strength)
{
    /// <summary>The base of a vector's own elements; null for pairs, and where it is the common one or unknown.</summary>
    public ITensorInput? Base { get; init; }
}

/// <summary>One tensor of the models and vectors that are measured together; all of it has one shape.</summary>
/// <param name="Name">The tensor.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Base">What a vector without a base of its own changes; null where that is unknown.</param>
/// <param name="Target">What the vectors are added to; null where that is unknown.</param>
/// <param name="Vectors">Each vector; null where it holds nothing for this tensor, which is zero.</param>
internal sealed record MeasuredTensorInputs(
    string Name, IReadOnlyList<ulong> Shape, ITensorInput? Base, ITensorInput? Target, IReadOnlyList<VectorTensor?> Vectors)
{
    /// <summary>Number of elements.</summary>
    public long Elements => (long)Shape.Aggregate(1UL, (product, extent) => product * extent);

    /// <summary>Everything that is read, each once.</summary>
    public IReadOnlyList<ITensorInput> Inputs { get; } =
        [.. Vectors.OfType<VectorTensor>().SelectMany(v => new[] { v.Values, v.Minus, v.Base }).Append(Base).Append(Target).OfType<ITensorInput>().Distinct()];

    /// <summary>The inputs of a tensor of a merge, as vectors that its target is the base of unless they have their own.</summary>
    /// <param name="tensor">The planned tensor.</param>
    /// <param name="vectors">Inputs of the recipe.</param>
    public static MeasuredTensorInputs Of(PlannedTensor tensor, int vectors)
    {
        var areModels = tensor.Merge?.Method.Schema.Operands == Operands.Models;
        var inputs = tensor.Inputs.ToDictionary(i => i.Index, i => new VectorTensor(i.From, i.Minus ?? (areModels ? tensor.Target : null), 1));
        return new(tensor.Name, tensor.Shape, tensor.Target, tensor.Target, [.. Enumerable.Range(0, vectors).Select(i => inputs.GetValueOrDefault(i))]);
    }
}
