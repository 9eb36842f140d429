using System.Globalization;
using TaskArithmetic.Evaluation.Gates;

namespace TaskArithmetic.Evaluation.Reports;

/// <summary>One line of a test report: one requirement of one benchmark, or the fact that a benchmark without any was scored.</summary>
/// <param name="Benchmark">The benchmark.</param>
/// <param name="Name">The requirement.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Blocks">Whether it stops the build.</param>
/// <param name="Explanation">The numbers.</param>
/// <param name="Properties">Scores by name, as text.</param>
internal sealed record GateTestCase(
    string Benchmark, string Name, GateVerdict Verdict, bool Blocks, string Explanation, IReadOnlyList<(string Name, string Value)> Properties)
{
    public static IReadOnlyList<GateTestCase> Of(GateReport report) => [.. report.Benchmarks.SelectMany(result => Of(result, report.Inconclusive))];

    private static IEnumerable<GateTestCase> Of(BenchmarkGateResult result, InconclusivePolicy policy)
    {
        var properties = Describe(result);
        if (result.Criteria.Count == 0)
            yield return new(result.Scores.Benchmark, "Scored", GateVerdict.Pass, false, "no requirement", properties);
        foreach (var (criterion, verdict, explanation) in result.Criteria)
        {
            var blocks = verdict == GateVerdict.Fail || (verdict == GateVerdict.Inconclusive && policy == InconclusivePolicy.Fail);
            yield return new(result.Scores.Benchmark, criterion.ToString(), verdict, blocks, explanation, properties);
        }
    }

    private static List<(string, string)> Describe(BenchmarkGateResult result)
    {
        List<(string, string)> properties =
        [
            ("metric", result.Scores.Metric),
            ("n", result.MergedScore.Count.ToString(CultureInfo.InvariantCulture)),
            ("merged", Number(result.MergedScore.Mean)),
        ];
        if (result.Comparison is { } comparison)
        {
            properties.AddRange(
            [
                ("base", Number(comparison.BaseScore.Mean)),
                ("difference", Number(comparison.Difference.Difference)),
                ("difference_lower", Number(comparison.Bounds.Lower)),
                ("difference_upper", Number(comparison.Bounds.Upper)),
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

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
