using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Methods;

/// <summary>What a method knows of an output tensor before it sees a value.</summary>
public sealed record TensorContext
{
    /// <summary>Name of the output tensor.</summary>
    public required string Name { get; init; }

    /// <summary>Its shape, in elements.</summary>
    public required IReadOnlyList<ulong> Shape { get; init; }

    /// <summary>The parameters' values for this tensor.</summary>
    public required MethodArguments Arguments { get; init; }

    /// <summary>Where roundings happen.</summary>
    public Precision Precision { get; init; }

    /// <summary>The dtype that mergekit precision rounds to after every operation.</summary>
    public DType WorkingDType { get; init; } = DType.F32;

    /// <summary>Seed of random masks.</summary>
    public long Seed { get; init; }

    /// <summary>Whether the models have a base that is no input: <see cref="Blocks.Base"/> is then filled.</summary>
    public bool HasBase { get; init; }

    /// <summary>What the survey over the whole model learnt; null during the survey and for methods without one.</summary>
    public IMeasure? Survey { get; init; }

    /// <summary>Singular values and vectors; null where libtorch is not at hand.</summary>
    public ILinearAlgebra? LinearAlgebra { get; init; }

    /// <summary>Number of inputs.</summary>
    public int Inputs => Arguments.Count;

    /// <summary>Number of elements.</summary>
    public long Elements => (long)Shape.Aggregate(1UL, (product, extent) => product * extent);

    /// <summary>Elements along the last axis; a tensor of one axis is one row.</summary>
    public long RowLength => Shape.Count == 0 ? 1 : (long)Shape[^1];

    /// <summary>Rounds values to the working dtype where mergekit precision asks for it: the R of its order of operations.</summary>
    public void Round(Span<float> values)
    {
        if (Precision == Precision.Mergekit)
            Rounding.ToPrecision(values, WorkingDType);
    }

    /// <summary>Rounds one value to the working dtype where mergekit precision asks for it.</summary>
    public float Round(float value)
    {
        if (Precision != Precision.Mergekit)
            return value;
        Span<float> one = [value];
        Rounding.ToPrecision(one, WorkingDType);
        return one[0];
    }

    /// <summary>What a method of models means by a vector: R(xᵢ − b), and where there is no base the model itself.</summary>
    internal float[] Vector(Blocks x, int input)
    {
        var vector = x[input].ToArray();
        if (HasBase)
        {
            Combining.Subtract(vector, x.Base);
            Round(vector);
        }
        return vector;
    }
}

/// <summary>Decompositions of matrices that need a library for linear algebra.</summary>
public interface ILinearAlgebra
{
    /// <summary>The thin singular value decomposition <c>A = U·diag(S)·Vᵀ</c> of a row-major matrix.</summary>
    /// <param name="matrix">rows × columns values.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <returns>U: rows × k, S: k descending, Vt: k × columns, row-major, with k = min(rows, columns).</returns>
    (float[] U, float[] S, float[] Vt) Svd(ReadOnlySpan<float> matrix, int rows, int columns);
}
