using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Statistics;

namespace TaskArithmetic.Evaluation.Gates;

/// <summary>What all benchmarks together say.</summary>
/// <param name="Benchmarks">One result for each request, in order.</param>
/// <param name="Pooled">All benchmarks that were scored on both models, as one; null if there is none.</param>
/// <param name="Inconclusive">The policy the diagnostics follow.</param>
/// <param name="Diagnostics">One coded finding for each requirement that is not met or not decided, and warnings.</param>
public sealed record GateReport(
    IReadOnlyList<BenchmarkGateResult> Benchmarks, PooledComparison? Pooled, InconclusivePolicy Inconclusive, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>The worst verdict of all requirements; null where there is no requirement, so no gate.</summary>
    public GateVerdict? Verdict => Benchmarks.Max(b => b.Verdict);

    /// <summary>Whether the build must stop: a failure, or no decision where the policy asks for one.</summary>
    public bool Blocks => IsBlocking(Verdict);

    internal bool IsBlocking(GateVerdict? verdict) =>
        verdict == GateVerdict.Fail || (verdict == GateVerdict.Inconclusive && Inconclusive == InconclusivePolicy.Fail);
}

/// <summary>What the scores say about a requirement.</summary>
public enum GateVerdict
{
    /// <summary>The requirement is met: the exact bounds leave no room for anything else.</summary>
    Pass,

    /// <summary>The items cannot tell.</summary>
    Inconclusive,

    /// <summary>The requirement is not met.</summary>
    Fail,
}

/// <summary>What one benchmark says.</summary>
/// <param name="Scores">The scores that were judged.</param>
/// <param name="MergedScore">Mean of the merged model with its bounds, 0 to 1.</param>
/// <param name="Comparison">Against the base model; null when that was not scored.</param>
/// <param name="Criteria">One result for each requirement; empty when the scores are only reported.</param>
public sealed record BenchmarkGateResult(
    PairedScores Scores, MeanEstimate MergedScore, BaselineComparison? Comparison, IReadOnlyList<CriterionResult> Criteria)
{
    /// <summary>The worst verdict of its requirements; null where it has none.</summary>
    public GateVerdict? Verdict => Criteria.Max(c => (GateVerdict?)c.Verdict);
}

/// <summary>The verdict on one requirement.</summary>
/// <param name="Criterion">Which requirement.</param>
/// <param name="Verdict">Whether it is met.</param>
/// <param name="Explanation">One line with the numbers it rests on.</param>
public sealed record CriterionResult(GateCriterion Criterion, GateVerdict Verdict, string Explanation);

/// <summary>Merged against base on one benchmark.</summary>
/// <param name="BaseScore">Mean of the base model with its bounds, 0 to 1.</param>
/// <param name="Difference">Merged - base, paired, with its bounds.</param>
/// <param name="Test">Exact McNemar test on items whose score rose or fell.</param>
/// <param name="AdjustedBetter">p of "better" after Holm's correction over all benchmarks judged together.</param>
/// <param name="AdjustedWorse">p of "worse" after Holm's correction over all benchmarks judged together.</param>
/// <param name="SmallestDetectable">
/// Smallest difference that this many items, of which this share changed, show with power 0.8 at one-sided alpha, as a
/// share; null if none.
/// </param>
public sealed record BaselineComparison(
    MeanEstimate BaseScore, PairedDifference Difference, McNemarTest Test, double AdjustedBetter, double AdjustedWorse, double? SmallestDetectable);

/// <summary>Merged against base over all benchmarks together: one number, one test.</summary>
/// <param name="Difference">Item-weighted difference with its bounds; each benchmark counts once.</param>
/// <param name="Test">Exact McNemar test over all items.</param>
public sealed record PooledComparison(PairedDifference Difference, McNemarTest Test);
