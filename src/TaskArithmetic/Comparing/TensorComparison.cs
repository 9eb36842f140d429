namespace TaskArithmetic.Comparing;

/// <summary>How one tensor of two checkpoints differs.</summary>
/// <param name="Name">The tensor.</param>
/// <param name="Left">Dtype and shape in the first checkpoint, or null where it lacks the tensor.</param>
/// <param name="Right">Dtype and shape in the second, or null.</param>
/// <param name="Elements">Weights compared; 0 where shapes differ or one side lacks the tensor.</param>
/// <param name="Equal">Weights of equal value (of equal bytes for integers).</param>
/// <param name="Cosine">Cosine between the two; NaN where values are not compared.</param>
/// <param name="RelativeDistance">|right − left| / |left|; NaN where values are not compared.</param>
public sealed record TensorComparison(
    string Name, string? Left, string? Right, long Elements, long Equal, double Cosine, double RelativeDistance)
{
    /// <summary>Euclidean norm of the first; NaN where values are not compared.</summary>
    public double LeftNorm { get; init; } = double.NaN;

    /// <summary>Euclidean norm of the second; NaN where values are not compared.</summary>
    public double RightNorm { get; init; } = double.NaN;

    /// <summary>Euclidean norm of right − left; NaN where values are not compared.</summary>
    public double DifferenceNorm { get; init; } = double.NaN;

    /// <summary>Share of the weights of equal value, 0 to 1; NaN where none is compared.</summary>
    public double EqualFraction => Elements == 0 ? double.NaN : (double)Equal / Elements;

    /// <summary>Whether both sides hold the same dtype, shape and values.</summary>
    public bool IsEqual => Left is not null && Left == Right && Equal == Elements;
}
