namespace TaskArithmetic.Measuring;

/// <summary>One tensor of a merge.</summary>
/// <param name="TargetNorm">Euclidean norm of the target's tensor.</param>
/// <param name="VectorNorms">Euclidean norm of each vector's tensor, before α, in the order of the terms that touch it.</param>
/// <param name="Survival">Fraction of the asked changes that survive rounding, 0 to 1.</param>
/// <param name="Cosines">Cosine between target and each donor, from before minus; none for vector files.</param>
/// <param name="RelativeDistances">|donor − target| / |target| of the same donors.</param>
public sealed record TensorSummary(
    double TargetNorm, IReadOnlyList<double> VectorNorms, double Survival, IReadOnlyList<double> Cosines, IReadOnlyList<double> RelativeDistances)
{
    internal static TensorSummary Of(TensorStatistics statistics)
    {
        var donors = statistics.Terms.SelectMany(t => new[] { t.From, t.Minus }).OfType<DonorStatistics>().ToList();
        return new TensorSummary(
            Math.Sqrt(statistics.TargetSquared),
            [.. statistics.Terms.Select(t => Math.Sqrt(t.Squared))],
            statistics.Asked == 0 ? 1 : (double)statistics.Survived / statistics.Asked,
            [.. donors.Select(d => d.Cosine(statistics.TargetSquared))],
            [.. donors.Select(d => d.RelativeDistance(statistics.TargetSquared))]);
    }
}
