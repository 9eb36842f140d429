using System.Globalization;
using TaskArithmetic.Evaluation.Statistics;

namespace TaskArithmetic.Evaluation.Gates;

/// <summary>The rules of the three requirements.</summary>
internal static class GateCriterionJudge
{
    /// <summary>A statement about these items, so it is met or not; the interval is for the reader.</summary>
    public static CriterionResult MinScore(MeanEstimate merged, double minimum)
    {
        var interval = WilsonInterval.Of(merged.Mean, merged.Count);
        return new(
            GateCriterion.MinScore,
            100 * merged.Mean >= minimum ? GateVerdict.Pass : GateVerdict.Fail,
            Text($"score {100 * merged.Mean:0.0} % (95 % interval {100 * interval.Lower:0.0} to {100 * interval.Upper:0.0}, n={merged.Count}), required {minimum:0.##} %"));
    }

    /// <summary>
    /// Non-inferiority: met when the lower bound is above -margin. Not met when the upper bound is below it, or when the
    /// exact test shows a loss and the lower bound does not rule out one beyond the margin.
    /// </summary>
    public static CriterionResult MaxRegression(BaselineComparison comparison, double margin, double alpha)
    {
        var limit = -margin / 100;
        // No answer changed: the bounds fall together at 0, which is within every margin, 0 included.
        var unchanged = comparison.Difference is { Wins: 0, Losses: 0 };
        var verdict =
            unchanged || comparison.Bounds.Lower > limit ? GateVerdict.Pass
            : comparison.Bounds.Upper < limit || comparison.AdjustedWorse < alpha ? GateVerdict.Fail
            : GateVerdict.Inconclusive;
        return new(GateCriterion.MaxRegression, verdict,
            Text($"{Describe(comparison, alpha)}, p(worse)={comparison.AdjustedWorse:G3}, tolerated loss {margin:0.##} pp"));
    }

    /// <summary>Met when the exact test shows a gain; not met when it shows a loss or a gain is ruled out.</summary>
    public static CriterionResult RequireImprovement(BaselineComparison comparison, double alpha)
    {
        var verdict =
            comparison.AdjustedBetter < alpha ? GateVerdict.Pass
            : comparison.Bounds.Upper < 0 || comparison.AdjustedWorse < alpha ? GateVerdict.Fail
            : GateVerdict.Inconclusive;
        return new(GateCriterion.RequireImprovement, verdict, Text($"{Describe(comparison, alpha)}, p(better)={comparison.AdjustedBetter:G3}"));
    }

    /// <summary>Difference, bounds, counts and what the items could have shown, in one line.</summary>
    public static string Describe(BaselineComparison comparison, double alpha)
    {
        var (difference, bounds) = (comparison.Difference, comparison.Bounds);
        var detectable = comparison.SmallestDetectable is { } smallest
            ? Text($"smallest difference these items could show {100 * smallest:0.0} pp")
            : "these items could show no difference";
        return Text($"difference {100 * difference.Difference:+0.0;-0.0;0.0} pp (one-sided {100 * (1 - alpha):0.#} % bounds {100 * bounds.Lower:+0.0;-0.0;0.0} to {100 * bounds.Upper:+0.0;-0.0;0.0}, n={difference.Count}, won {difference.Wins}, lost {difference.Losses}; {detectable})");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
