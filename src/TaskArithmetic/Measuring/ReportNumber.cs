using System.Globalization;
using TaskArithmetic.Checkpoints;

namespace TaskArithmetic.Measuring;

/// <summary>A number of an interference report that can be drawn for every layer and module kind.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Title">What it is, with <c>a</c> and <c>c</c> for the vectors.</param>
/// <param name="Centre">The number around which it diverges; null for one that grows from 0.</param>
/// <param name="OfVector">Takes it from one vector's facts; null for a number of a pair.</param>
/// <param name="OfPair">Takes it from a pair's facts; null for a number of one vector.</param>
internal sealed record ReportNumber(string Name, string Title, double? Centre, Func<VectorFacts, double?>? OfVector, Func<PairFacts, double?>? OfPair)
{
    /// <summary>Every number that can be drawn.</summary>
    public static IReadOnlyList<ReportNumber> All { get; } =
    [
        Vector("norm", "norm", v => v.Norm),
        Vector("mean", "mean magnitude", v => v.MeanMagnitude),
        Vector("energy-share", "share of the vector's energy", v => v.EnergyShare),
        Vector("zero-share", "share of zero entries", v => v.ZeroShare),
        Vector("sparsity", "share of weights unchanged in bfloat16", v => v.SparsityBf16),
        Vector("changed-share", "share of weights changed in bfloat16", v => 1 - v.SparsityBf16),
        Vector("survival", "share of changes that survive bfloat16 rounding", v => v.SurvivalBf16),
        Vector("retention", "cosine with the weighted sum of all vectors", v => v.DirectionRetention),
        Vector("spectrum-drift", "drift of the singular values", v => v.SpectrumDrift),
        Vector("head-share", "energy in the largest singular value", v => v.EnergyRetained?[0]),
        Vector("stable-rank", "stable rank", v => v.StableRank),
        Vector("effective-rank", "effective rank", v => v.EffectiveRank),
        Vector("principal-overlap", "share of changed entries that are principal in the base", v => v.PrincipalOverlap),
        Pair("cosine", "cosine", 0, p => p.Cosine),
        Pair("norm-ratio", "norm of the second over norm of the first", null, p => p.NormRatio),
        Pair("orthogonal-energy", "orthogonal energy 1 − cos²", null, p => p.OrthogonalEnergy),
        Pair("sign-conflict", "sign conflict where neither is zero", 0.5, p => p.ConflictShareBoth),
        Pair("sign-conflict-all", "sign conflict in all entries", null, p => p.ConflictShareAll),
        Pair("sign-agreement", "sign agreement where neither is zero", 0.5, p => p.SignAgreement),
        Pair("shared-share", "share of the first one's active entries that the second shares", null, p => p.SharedShareFirst),
        Pair("jaccard", "Jaccard overlap of bfloat16 changes", null, p => p.Jaccard),
    ];

    /// <summary>The number of this name, or null.</summary>
    public static ReportNumber? Find(string name) => All.FirstOrDefault(n => n.Name == name);

    /// <summary>Draws the number of a vector, or of a pair, for every layer and kind; the last row and column are their sums.</summary>
    /// <param name="report">The report.</param>
    /// <param name="index">Which vector, or which pair in the order of <see cref="InterferenceSums.PairsOf"/>.</param>
    /// <returns>The map; null where the number exists nowhere.</returns>
    public HeatMap? Draw(InterferenceReport report, int index)
    {
        var places = report.Places().ToList();
        var kinds = places.Select(p => p.Kind).Distinct().Order().ToList();
        var layers = places.Select(p => p.Layer).Distinct().OrderBy(l => l ?? int.MaxValue).ToList();
        List<IReadOnlyList<double?>> rows =
        [
            .. layers.Select(layer => (IReadOnlyList<double?>)[.. kinds.Select(kind => Of(report.Cell(layer, kind), index)), Of(report.Cell(layer, null), index)]),
            [.. report.At(GroupLevel.Kind).Select(group => Of(group, index)), Of(report.Whole, index)],
        ];
        var numbers = rows.SelectMany(r => r).OfType<double>().Where(double.IsFinite).ToList();
        if (numbers.Count == 0)
            return null;
        return new()
        {
            Title = Title,
            Subtitle = OfVector is not null ? report.Vectors[index].Formula : Names(report, index),
            Rows = [.. layers.Select(l => l?.ToString(CultureInfo.InvariantCulture) ?? "outside"), "all"],
            Columns = [.. kinds.Select(TensorPlace.Label), "all"],
            Values = rows,
            Scale = Centre is { } centre ? HeatScale.Around(centre, numbers) : HeatScale.Sequential(numbers),
            Format = Short,
        };
    }

    /// <summary>A number in at most seven characters.</summary>
    public static string Short(double value) => Math.Abs(value) switch
    {
        0 => "0",
        < 0.001 or >= 100_000 => value.ToString("0.0e0", CultureInfo.InvariantCulture),
        < 1 => value.ToString("0.0000", CultureInfo.InvariantCulture),
        < 100 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0", CultureInfo.InvariantCulture),
    };

    private double? Of(InterferenceGroup? group, int index) =>
        group is null ? null : OfVector is not null ? OfVector(group.Vectors[index]) : OfPair!(group.Pairs[index]);

    private static string Names(InterferenceReport report, int pair)
    {
        var (first, second) = InterferenceSums.PairsOf(report.Vectors.Count).ElementAt(pair);
        return $"first {report.Vectors[first].Formula}, second {report.Vectors[second].Formula}";
    }

    private static ReportNumber Vector(string name, string title, Func<VectorFacts, double?> of) => new(name, title, null, of, null);

    private static ReportNumber Pair(string name, string title, double? centre, Func<PairFacts, double?> of) => new(name, title, centre, null, of);
}
