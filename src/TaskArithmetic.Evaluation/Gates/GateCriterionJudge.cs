using System.Globalization;
using TaskArithmetic.Evaluation.Statistics;

namespace TaskArithmetic.Evaluation.Gates;

/// <summary>
/// The rules of the three requirements, one for all: met where the bounds lie on the good side of the limit, not met where they
/// lie on the other, undecided where the limit is between them.
/// </summary>
internal static class GateCriterionJudge
{
    /// <summary>The score, against a lowest one.</summary>
    public static CriterionResult MinScore(MeanEstimate merged, double minimum, double alpha)
    {
        var limit = minimum / 100;
        return new(GateCriterion.MinScore, Verdict(merged.Bounds.Lower >= limit, merged.Bounds.Upper < limit),
            Text($"score {100 * merged.Mean:0.0} % ({Bounds(alpha)} {100 * merged.Bounds.Lower:0.0} to {100 * merged.Bounds.Upper:0.0}, n={merged.Count}), required {minimum:0.##} %"));
    }

    /// <summary>Non-inferiority: the loss is within the margin.</summary>
    public static CriterionResult MaxRegression(BaselineComparison comparison, double margin, double alpha)
    {
        var (bounds, limit) = (comparison.Difference.Bounds, -margin / 100);
        return new(GateCriterion.MaxRegression, Verdict(bounds.Lower > limit, bounds.Upper < limit),
            Text($"{Describe(comparison, alpha)}, p(worse)={comparison.AdjustedWorse:G3}, tolerated loss {margin:0.##} pp"));
    }

    /// <summary>A gain: both by the exact test, corrected over all benchmarks, and by the bounds, which know of clusters and of fractional scores.</summary>
    public static CriterionResult RequireImprovement(BaselineComparison comparison, double alpha)
    {
        var bounds = comparison.Difference.Bounds;
        return new(
            GateCriterion.RequireImprovement, Verdict(comparison.AdjustedBetter < alpha && bounds.Lower > 0, bounds.Upper < 0), Text($"{Describe(comparison, alpha)}, p(better)={comparison.AdjustedBetter:G3}"));
    }

    /// <summary>A verdict on prompts that the model did not see whole says nothing about the benchmark.</summary>
    public static CriterionResult Unseen(CriterionResult result, int cutPrompts) => cutPrompts == 0 ? result : result with
    {
        Verdict = GateVerdict.Inconclusive,
        Explanation = Text($"{cutPrompts} prompts were cut to the model's context, so the scores are not those of the benchmark; {result.Explanation}"),
    };

    private static GateVerdict Verdict(bool isMet, bool isMissed) => isMet ? GateVerdict.Pass : isMissed ? GateVerdict.Fail : GateVerdict.Inconclusive;

    private static string Describe(BaselineComparison comparison, double alpha)
    {
        var difference = comparison.Difference;
        var detectable = comparison.SmallestDetectable is { } smallest
            ? Text($"smallest difference these items could show {100 * smallest:0.0} pp")
            : "these items could show no difference";
        return Text($"difference {100 * difference.Difference:+0.0;-0.0;0.0} pp ({Bounds(alpha)} {100 * difference.Bounds.Lower:+0.0;-0.0;0.0} to {100 * difference.Bounds.Upper:+0.0;-0.0;0.0}, n={difference.Count}, won {difference.Wins}, lost {difference.Losses}; {detectable})");
    }

    private static string Bounds(double alpha) => Text($"one-sided {100 * (1 - alpha):0.#} % bounds");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
