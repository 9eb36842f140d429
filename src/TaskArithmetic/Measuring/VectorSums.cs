using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Measuring;

/// <summary>What is counted and summed over the elements of one task vector. Everything a report says of it is made from such sums.</summary>
internal readonly record struct VectorSums
{
    /// <summary>A magnitude up to this one counts as no change: the absolute tolerance of arXiv 2505.11711.</summary>
    public const float Tolerance = 1e-5f;

    /// <summary>Elements.</summary>
    public long Values { get; init; }

    /// <summary>Elements that are not zero.</summary>
    public long NonZero { get; init; }

    /// <summary>Elements whose magnitude is above <see cref="Tolerance"/>.</summary>
    public long Active { get; init; }

    /// <summary>Elements of which base and model are known.</summary>
    public long Compared { get; init; }

    /// <summary>Those of them that differ in base and model once both are rounded to bfloat16.</summary>
    public long Changed { get; init; }

    /// <summary>Elements that are not zero and of which the target is known.</summary>
    public long Asked { get; init; }

    /// <summary>Those of them that still change the target when both sides are rounded to bfloat16.</summary>
    public long Survived { get; init; }

    /// <summary>Σ d².</summary>
    public double Squared { get; init; }

    /// <summary>Σ |d|.</summary>
    public double Magnitude { get; init; }

    /// <summary>The largest |d|; NaN where an element is NaN.</summary>
    public float Largest { get; init; }

    /// <summary>Σ (α·d)², with the strength α that the vector has in the tensor.</summary>
    public double StrongSquared { get; init; }

    /// <summary>Sums of two disjoint parts; parts of a tensor are added in their order.</summary>
    public static VectorSums operator +(VectorSums a, VectorSums b) => new()
    {
        Values = a.Values + b.Values,
        NonZero = a.NonZero + b.NonZero,
        Active = a.Active + b.Active,
        Compared = a.Compared + b.Compared,
        Changed = a.Changed + b.Changed,
        Asked = a.Asked + b.Asked,
        Survived = a.Survived + b.Survived,
        Squared = a.Squared + b.Squared,
        Magnitude = a.Magnitude + b.Magnitude,
        Largest = MathF.Max(a.Largest, b.Largest),
        StrongSquared = a.StrongSquared + b.StrongSquared,
    };

    /// <summary>Counts and sums over a block.</summary>
    /// <param name="block">The vector.</param>
    /// <param name="target">The target's elements; empty where there is none.</param>
    /// <param name="scratch">Buffers; its marks of the vector tell afterwards which elements changed.</param>
    /// <param name="index">Which vector it is.</param>
    public static VectorSums Of(VectorBlock block, ReadOnlySpan<float> target, MeasuringScratch scratch, int index)
    {
        var difference = block.Difference;
        var length = difference.Length;
        var marks = scratch.Marks(index)[..length];
        if (block.IsCompared)
        {
            block.Model.CopyTo(marks);
            Differences.MarkChanged(marks, block.Base);
        }
        var nonZero = Reducing.CountNonZero(difference);
        var sums = new VectorSums
        {
            Values = length,
            NonZero = nonZero,
            Active = Reducing.CountAbove(difference, Tolerance),
            Compared = block.IsCompared ? length : 0,
            Changed = block.IsCompared ? Reducing.CountNonZero(marks) : 0,
            Asked = target.IsEmpty ? 0 : nonZero,
            Survived = target.IsEmpty ? 0 : CountSurviving(block, target, scratch.Work[..length]),
            Squared = Reducing.SumOfSquares(difference),
        };
        var magnitudes = scratch.Work[..length];
        Magnitudes.Take(difference, magnitudes);
        return sums with { Magnitude = Reducing.Sum(magnitudes), Largest = LargestOf(magnitudes, scratch.Largest) };
    }

    /// <summary>The target plus α·d in float32, as a merge adds it; both are then rounded to bfloat16.</summary>
    private static long CountSurviving(VectorBlock block, ReadOnlySpan<float> target, Span<float> output)
    {
        target.CopyTo(output);
        Combining.AddScaled(output, block.Difference, block.Strength);
        return Reducing.CountSurviving(block.Difference, target, output, DType.BF16);
    }

    /// <summary>Halves are laid over each other until a register's worth is left: the order does not matter to a maximum.</summary>
    private static float LargestOf(ReadOnlySpan<float> magnitudes, Span<float> largest)
    {
        largest.Clear();
        while (magnitudes.Length >= largest.Length)
        {
            Differences.RaiseMagnitudes(largest, magnitudes[..largest.Length]);
            magnitudes = magnitudes[largest.Length..];
        }
        Differences.RaiseMagnitudes(largest[..magnitudes.Length], magnitudes);
        var result = 0f;
        foreach (var value in largest)
            result = MathF.Max(result, value);
        return result;
    }
}
