using TaskArithmetic.Evaluation.Statistics;

namespace TaskArithmetic.Evaluation.Gates;

/// <summary>Merged against base on one benchmark.</summary>
/// <param name="BaseScore">Mean and standard error of the base model, 0 to 1.</param>
/// <param name="Difference">Merged - base, paired.</param>
/// <param name="Bounds">Lower and upper one-sided bounds of the difference, each at confidence 1 - alpha.</param>
/// <param name="Test">Exact McNemar test on items whose score rose or fell.</param>
/// <param name="AdjustedBetter">p of "better" after Holm's correction over all benchmarks judged together.</param>
/// <param name="AdjustedWorse">p of "worse" after Holm's correction over all benchmarks judged together.</param>
/// <param name="SmallestDetectable">
/// Smallest difference that this many items, of which this share changed, show with power 0.8 at one-sided alpha, as a
/// share; null if none.
/// </param>
public sealed record BaselineComparison(
    MeanEstimate BaseScore,
    PairedDifference Difference,
    ConfidenceInterval Bounds,
    McNemarTest Test,
    double AdjustedBetter,
    double AdjustedWorse,
    double? SmallestDetectable);
