using System.Text.Json;
using System.Text.Json.Serialization;

namespace TaskArithmetic.Measuring;

/// <summary>What a merge did to one tensor.</summary>
/// <param name="Elements">Number of weights.</param>
/// <param name="TargetSquared">Σ target².</param>
/// <param name="Asked">Weights whose change before rounding is not zero.</param>
/// <param name="Survived">Those of them that differ from the target after rounding.</param>
/// <param name="Terms">What each term contributed.</param>
internal sealed record TensorStatistics(long Elements, double TargetSquared, long Asked, long Survived, IReadOnlyList<TermStatistics> Terms)
{
    /// <summary>Sum over two disjoint parts of the same tensor.</summary>
    public static TensorStatistics operator +(TensorStatistics a, TensorStatistics b) => new(
        a.Elements + b.Elements, a.TargetSquared + b.TargetSquared, a.Asked + b.Asked, a.Survived + b.Survived,
        [.. a.Terms.Zip(b.Terms, (x, y) => x + y)]);
}

/// <summary>What one term did to one tensor.</summary>
/// <param name="Term">Place in the recipe.</param>
/// <param name="Squared">Σ v², before α.</param>
/// <param name="Equal">Weights that are equal in both donors, or zero in a vector.</param>
/// <param name="From">The donor with the skill against the target; null for a vector file.</param>
/// <param name="Minus">The other donor against the target; null for a vector file.</param>
internal sealed record TermStatistics(int Term, double Squared, long Equal, DonorStatistics? From, DonorStatistics? Minus)
{
    /// <summary>Sum over two disjoint parts of the same tensor.</summary>
    public static TermStatistics operator +(TermStatistics a, TermStatistics b) =>
        new(a.Term, a.Squared + b.Squared, a.Equal + b.Equal, a.From + b.From, a.Minus + b.Minus);
}

/// <summary>How one donor's tensor lies to the target's.</summary>
/// <param name="Squared">Σ donor².</param>
/// <param name="DistanceSquared">Σ (donor − target)².</param>
internal readonly record struct DonorStatistics(double Squared, double DistanceSquared)
{
    /// <summary>Sum of two disjoint parts of a tensor.</summary>
    public static DonorStatistics operator +(DonorStatistics a, DonorStatistics b) => new(a.Squared + b.Squared, a.DistanceSquared + b.DistanceSquared);

    /// <summary>
    /// Cosine between donor and target, from |t − d|² = |t|² + |d|² − 2 t·d: for near equal tensors more exact than a dot product.
    /// 1 if both are zero, 0 if one is.
    /// </summary>
    public double Cosine(double targetSquared)
    {
        if (Squared == 0 || targetSquared == 0)
            return Squared == targetSquared ? 1 : 0;
        return (targetSquared + Squared - DistanceSquared) / (2 * Math.Sqrt(targetSquared) * Math.Sqrt(Squared));
    }

    /// <summary>|donor − target| / |target|.</summary>
    public double RelativeDistance(double targetSquared) => targetSquared == 0 ? 0 : Math.Sqrt(DistanceSquared / targetSquared);

    /// <summary>Whether a tensor is large enough for its cosine to tell relatives from strangers.</summary>
    public static bool IsLargeMatrix(IReadOnlyList<ulong> shape) =>
        shape.Count >= 2 && shape.Aggregate(1UL, (product, extent) => product * extent) >= 1024;
}

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

/// <summary>How measured numbers are kept: a model that is allowed to hold NaN has norms that are none.</summary>
internal static class StatisticsJson
{
    public static JsonSerializerOptions Options { get; } = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
}
