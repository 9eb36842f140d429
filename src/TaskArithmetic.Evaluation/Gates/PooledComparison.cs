using TaskArithmetic.Evaluation.Statistics;

namespace TaskArithmetic.Evaluation.Gates;

/// <summary>Merged against base over all benchmarks together: one number, one test.</summary>
/// <param name="Difference">Item-weighted difference, benchmarks as strata.</param>
/// <param name="Interval">95 % interval of the stratified paired bootstrap.</param>
/// <param name="Test">Exact McNemar test over all items.</param>
public sealed record PooledComparison(PairedDifference Difference, ConfidenceInterval Interval, McNemarTest Test);
