using TaskArithmetic.Kernels;

namespace TaskArithmetic.Measuring;

/// <summary>A run of elements of one task vector, widened to float32.</summary>
internal readonly ref struct VectorBlock
{
    /// <summary>The vector's elements d.</summary>
    public required ReadOnlySpan<float> Difference { get; init; }

    /// <summary>The model that the vector makes of its base; empty where no base is known.</summary>
    public ReadOnlySpan<float> Model { get; init; }

    /// <summary>The base; empty where none is known.</summary>
    public ReadOnlySpan<float> Base { get; init; }

    /// <summary>How strongly the vector is added to the target (α).</summary>
    public float Strength { get; init; }

    /// <summary>Whether base and model are known.</summary>
    public bool IsCompared => !Base.IsEmpty;
}

/// <summary>A task vector's elements in buffers, with model and base where the base is known.</summary>
internal sealed record VectorOperand
{
    private readonly float[] difference;
    private readonly float[]? model;
    private readonly float[]? baseValues;
    private readonly float strength;

    private VectorOperand(float[] difference, float[]? model, float[]? baseValues, float strength) =>
        (this.difference, this.model, this.baseValues, this.strength) = (difference, model, baseValues, strength);

    /// <summary>Makes of a pair its difference, and of a vector the model it makes of the base; both in float32, rounded once.</summary>
    /// <param name="values">The model of a pair, or the vector's elements; null for a vector that is zero here.</param>
    /// <param name="minus">What is subtracted from it, its base; null for a vector's elements.</param>
    /// <param name="common">The base of vectors without one of their own; null where none is known.</param>
    /// <param name="strength">How strongly it is added to the target (α).</param>
    /// <param name="difference">Room for the differences.</param>
    /// <param name="model">Room for the model.</param>
    /// <param name="count">Number of elements.</param>
    public static VectorOperand Of(float[]? values, float[]? minus, float[]? common, float strength, float[] difference, float[] model, int count)
    {
        var span = difference.AsSpan(0, count);
        if (values is null)
            span.Clear();
        else
            values.AsSpan(0, count).CopyTo(span);
        if (values is not null && minus is not null)
        {
            Combining.Subtract(span, minus.AsSpan(0, count));
            return new(difference, values, minus, strength);
        }
        if (common is null)
            return new(difference, null, null, strength);
        common.AsSpan(0, count).CopyTo(model);
        Combining.Add(model.AsSpan(0, count), span);
        return new(difference, model, common, strength);
    }

    /// <summary>A run of it.</summary>
    public VectorBlock Block(int start, int length) => new()
    {
        Difference = difference.AsSpan(start, length),
        Model = model is null ? [] : model.AsSpan(start, length),
        Base = baseValues is null ? [] : baseValues.AsSpan(start, length),
        Strength = strength,
    };
}

/// <summary>One thread's buffers for blocks.</summary>
/// <param name="vectors">Number of vectors.</param>
/// <param name="length">Elements of the largest block.</param>
internal sealed class MeasuringScratch(int vectors, int length)
{
    private readonly float[][] marks = [.. Enumerable.Range(0, vectors).Select(_ => new float[length])];
    private readonly float[] work = new float[length];
    private readonly float[] largest = new float[64];

    /// <summary>Elements of the largest block.</summary>
    public int Length => length;

    /// <summary>Where a vector's changed elements are marked with 1.</summary>
    public Span<float> Marks(int vector) => marks[vector];

    /// <summary>For whatever one sum needs.</summary>
    public Span<float> Work => work;

    /// <summary>Where a maximum is found.</summary>
    public Span<float> Largest => largest;
}
