using System.Globalization;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Gates;
using TaskArithmetic.Evaluation.Results;

namespace TaskArithmetic.Tool.Evaluation;

/// <summary>Scores and verdicts as lines of a build log. Whatever stands here stands in <see cref="EvaluationJson"/> too.</summary>
internal static class EvaluationText
{
    public static void Print(EvaluationReport report, string output)
    {
        foreach (var model in new[] { report.Baseline, report.Merged }.OfType<ModelScores>())
        {
            Line($"{model.Model.Name}:");
            foreach (var run in model.Runs)
                Console.Out.WriteLine(ScoreTable.Summarize(run));
        }
        if (!report.IsGateOrComparison)
            return;
        foreach (var result in report.Gate.Benchmarks)
        {
            Line(Describe(result));
            foreach (var criterion in result.Criteria)
                Line($"  {criterion.Criterion}: {Word(criterion.Verdict)}: {criterion.Explanation}");
        }
        Line(report.Gate.Verdict is { } verdict ? $"gate: {Word(verdict)}" : "no gate declared: nothing is demanded of these scores, so there is no verdict");
        Line($"reports -> {Path.GetFullPath(output)}");
    }

    private static string Describe(BenchmarkGateResult result)
    {
        var name = $"{result.Scores.Benchmark} ({result.Scores.Metric}, n={result.MergedScore.Count})";
        if (result.Comparison is not { } comparison)
            return string.Create(CultureInfo.InvariantCulture, $"{name}: {100 * result.MergedScore.Mean:0.0} %");
        var difference = comparison.Difference;
        var detectable = comparison.SmallestDetectable is { } smallest ? string.Create(CultureInfo.InvariantCulture, $"{100 * smallest:0.0} points could have been shown") : "no difference could have been shown";
        return string.Create(CultureInfo.InvariantCulture,
            $"{name}: base {100 * comparison.BaseScore.Mean:0.0} %, merged {100 * result.MergedScore.Mean:0.0} %, difference {100 * difference.Difference:+0.0;-0.0;0.0} pp ({100 * difference.Bounds.Lower:+0.0;-0.0;0.0} to {100 * difference.Bounds.Upper:+0.0;-0.0;0.0}), won {difference.Wins}, lost {difference.Losses}, p better {comparison.AdjustedBetter:G3}, p worse {comparison.AdjustedWorse:G3}; {detectable}");
    }

    private static string Word(GateVerdict verdict) => verdict.ToString().ToUpperInvariant();

    private static void Line(string text) => Console.Out.WriteLine(Printable.Of(text));
}
