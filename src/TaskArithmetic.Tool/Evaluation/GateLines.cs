using System.Globalization;
using TaskArithmetic.Evaluation.Gates;

namespace TaskArithmetic.Tool.Evaluation;

/// <summary>A gate's verdicts as lines of a build log.</summary>
internal static class GateLines
{
    public static void Print(GateReport report)
    {
        foreach (var result in report.Benchmarks)
        {
            Console.Out.WriteLine(Line(result));
            foreach (var criterion in result.Criteria)
                Console.Out.WriteLine($"  {criterion.Criterion}: {criterion.Verdict.ToString().ToUpperInvariant()}: {criterion.Explanation}");
        }
        Console.Out.WriteLine($"gate: {report.Verdict.ToString().ToUpperInvariant()}");
    }

    private static string Line(BenchmarkGateResult result)
    {
        var name = $"{result.Scores.Benchmark} ({result.Scores.Metric}, n={result.Scores.Merged.Count})";
        if (result.Comparison is not { } comparison)
            return string.Create(CultureInfo.InvariantCulture, $"{name}: {100 * result.MergedScore.Mean:0.0} %");
        var detectable = comparison.SmallestDetectable is { } smallest ? string.Create(CultureInfo.InvariantCulture, $"{100 * smallest:0.0} points could have been shown") : "no difference could have been shown";
        return string.Create(CultureInfo.InvariantCulture,
            $"{name}: base {100 * comparison.BaseScore.Mean:0.0} %, merged {100 * result.MergedScore.Mean:0.0} %, won {comparison.Difference.Wins}, lost {comparison.Difference.Losses}, p better {comparison.AdjustedBetter:G3}, p worse {comparison.AdjustedWorse:G3}; {detectable}");
    }
}
