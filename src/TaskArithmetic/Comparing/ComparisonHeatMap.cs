using System.Globalization;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Measuring;

namespace TaskArithmetic.Comparing;

/// <summary>Heat maps of a comparison of two checkpoints: layers by module kinds.</summary>
internal static class ComparisonHeatMap
{
    private static readonly (string Name, string Title, Func<TensorGroup, double> Of)[] Numbers =
    [
        ("change", "change |b − a| / |a|", g => g.RelativeDistance),
        ("cosine", "cosine of the weights", g => g.Cosine),
        ("equal", "share of equal weights", g => g.EqualFraction),
    ];

    /// <summary>The numbers that can be drawn.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Numbers.Select(n => n.Name)];

    /// <summary>Draws one of <see cref="Names"/>; null where it exists for no tensor.</summary>
    public static HeatMap? Draw(string name, string subtitle, IReadOnlyList<TensorComparison> tensors)
    {
        var (_, title, of) = Numbers.First(n => n.Name == name);
        var places = tensors.ToLookup(t => TensorPlace.Of(t.Name));
        var kinds = places.Select(p => p.Key.Kind).Distinct().Order().ToList();
        var layers = places.Select(p => p.Key.Layer).Distinct().OrderBy(l => l ?? int.MaxValue).ToList();
        List<IReadOnlyList<double?>> rows =
        [
            .. layers.Select(layer => (IReadOnlyList<double?>)[.. kinds.Select(kind => Number(t => t.Layer == layer && t.Kind == kind)), Number(t => t.Layer == layer)]),
            [.. kinds.Select(kind => Number(t => t.Kind == kind)), Number(_ => true)],
        ];
        var numbers = rows.SelectMany(r => r).OfType<double>().ToList();
        return numbers.Count == 0 ? null : new()
        {
            Title = title,
            Subtitle = subtitle,
            Rows = [.. layers.Select(l => l?.ToString(CultureInfo.InvariantCulture) ?? "outside"), "all"],
            Columns = [.. kinds.Select(TensorPlace.Label), "all"],
            Values = rows,
            Scale = name == "change" ? HeatScale.Sequential(numbers) : new HeatScale(numbers.Min(), numbers.Max(), false),
            Format = ReportNumber.Short,
        };

        double? Number(Func<TensorPlace, bool> matches)
        {
            var found = places.Where(p => matches(p.Key)).SelectMany(p => p).ToList();
            return found.Count > 0 && of(TensorGroup.Of("", found)) is var value && double.IsFinite(value) ? value : null;
        }
    }
}
