using System.Globalization;
using TaskArithmetic.Evaluation.Gates;

namespace TaskArithmetic.Evaluation.Reports;

/// <summary>One line of a test report: one requirement of one benchmark, or the fact that a benchmark without any was scored.</summary>
/// <param name="Benchmark">The benchmark.</param>
/// <param name="Name">The requirement.</param>
/// <param name="Verdict">The verdict; null where nothing is demanded.</param>
/// <param name="Blocks">Whether it stops the build.</param>
/// <param name="Explanation">The numbers.</param>
/// <param name="Properties">Scores by name, as text.</param>
internal sealed record GateTestCase(
    string Benchmark, string Name, GateVerdict? Verdict, bool Blocks, string Explanation, IReadOnlyList<(string Name, string Value)> Properties)
{
    public static IReadOnlyList<GateTestCase> Of(GateReport report) => [.. report.Benchmarks.SelectMany(result => Of(result, report))];

    private static IEnumerable<GateTestCase> Of(BenchmarkGateResult result, GateReport report)
    {
        var properties = Describe(result);
        if (result.Criteria.Count == 0)
            yield return new(result.Scores.Benchmark, "Scored", null, false, "no gate declared: scored without a requirement", properties);
        foreach (var (criterion, verdict, explanation) in result.Criteria)
        {
            yield return new(result.Scores.Benchmark, criterion.ToString(), verdict, report.IsBlocking(verdict), explanation, properties);
        }
    }

    private static List<(string, string)> Describe(BenchmarkGateResult result)
    {
        List<(string, string)> properties =
        [
            ("metric", result.Scores.Metric),
            ("n", result.MergedScore.Count.ToString(CultureInfo.InvariantCulture)),
            ("merged", Number(result.MergedScore.Mean)),
            ("merged_lower", Number(result.MergedScore.Bounds.Lower)),
            ("merged_upper", Number(result.MergedScore.Bounds.Upper)),
        ];
        if (result.Scores.MergedQuality is { } quality)
            properties.Add(("merged_prompts_cut", quality.CutPrompts.ToString(CultureInfo.InvariantCulture)));
        if (result.Scores.BaseQuality is { } before)
            properties.Add(("base_prompts_cut", before.CutPrompts.ToString(CultureInfo.InvariantCulture)));
        if (result.Comparison is { } comparison)
        {
            properties.AddRange(
            [
                ("base", Number(comparison.BaseScore.Mean)),
                ("difference", Number(comparison.Difference.Difference)),
                ("difference_lower", Number(comparison.Difference.Bounds.Lower)),
                ("difference_upper", Number(comparison.Difference.Bounds.Upper)),
                ("won", comparison.Difference.Wins.ToString(CultureInfo.InvariantCulture)),
                ("lost", comparison.Difference.Losses.ToString(CultureInfo.InvariantCulture)),
                ("p_better", Number(comparison.AdjustedBetter)),
                ("p_worse", Number(comparison.AdjustedWorse)),
            ]);
            if (comparison.SmallestDetectable is { } smallest)
                properties.Add(("smallest_detectable_difference", Number(smallest)));
        }
        return properties;
    }

    private static string Number(double value) => !double.IsFinite(value) ? "–" : value.ToString("0.######", CultureInfo.InvariantCulture);
}
