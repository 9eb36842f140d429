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
