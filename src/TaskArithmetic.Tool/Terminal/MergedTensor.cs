using TaskArithmetic.Measuring;


namespace TaskArithmetic.Tool.Terminal;

/// <summary>What a merge does to one tensor, or to several taken as one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Statistics">The sums.</param>
internal sealed record MergedTensor(string Name, TensorStatistics Statistics)
{
    public double Norm => Math.Sqrt(Statistics.TargetSquared);

    /// <summary>Norm of the vectors before α against the target's: several are added as if at right angles, which unrelated vectors nearly are.</summary>
    public double Change => Ratio(Math.Sqrt(Statistics.Terms.Sum(t => t.Squared)), Norm);

    /// <summary>Share of the changes that survive rounding; NaN where none was asked.</summary>
    public double Survival => Ratio(Statistics.Survived, Statistics.Asked);

    /// <summary>The lowest cosine between target and donors; NaN for vector files.</summary>
    public double Cosine => Statistics.Terms
        .SelectMany(t => new[] { t.From, t.Minus }.OfType<DonorStatistics>())
        .Select(d => d.Cosine(Statistics.TargetSquared))
        .DefaultIfEmpty(double.NaN)
        .Min();

    /// <summary>Several as one; the terms that touch some of them only count for what they touch.</summary>
    public static MergedTensor Sum(string name, IEnumerable<MergedTensor> tensors)
    {
        var all = tensors.Select(t => t.Statistics).ToList();
        var terms = all.SelectMany(t => t.Terms).GroupBy(t => t.Term).OrderBy(g => g.Key).Select(g => g.Aggregate((a, b) => a + b)).ToList();
        return new(name, new TensorStatistics(all.Sum(t => t.Elements), all.Sum(t => t.TargetSquared), all.Sum(t => t.Asked), all.Sum(t => t.Survived), terms));
    }

    private static double Ratio(double part, double whole) => whole == 0 ? double.NaN : part / whole;
}
