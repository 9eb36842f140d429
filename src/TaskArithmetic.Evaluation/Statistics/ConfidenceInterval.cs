namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>A range that covers the true value with a stated confidence; same unit as the estimate it belongs to.</summary>
/// <param name="Lower">Lower bound.</param>
/// <param name="Upper">Upper bound.</param>
public readonly record struct ConfidenceInterval(double Lower, double Upper);
