namespace TaskArithmetic.Measuring;

/// <summary>What the difference of two donors is like, for one tensor or a part of one.</summary>
/// <param name="Elements">Number of weights.</param>
/// <param name="Squared">Σ v².</param>
/// <param name="Equal">Weights equal in both donors.</param>
/// <param name="ExactInBFloat16">Differences that bfloat16 holds exactly.</param>
internal readonly record struct VectorStatistics(long Elements, double Squared, long Equal, long ExactInBFloat16)
{
    public static VectorStatistics operator +(VectorStatistics a, VectorStatistics b) =>
        new(a.Elements + b.Elements, a.Squared + b.Squared, a.Equal + b.Equal, a.ExactInBFloat16 + b.ExactInBFloat16);
}
