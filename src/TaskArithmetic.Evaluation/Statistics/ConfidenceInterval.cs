namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>A range that covers the true value with a stated confidence; same unit as the estimate it belongs to.</summary>
/// <param name="Lower">Lower bound.</param>
/// <param name="Upper">Upper bound.</param>
public readonly record struct ConfidenceInterval(double Lower, double Upper)
{
    /// <summary>What both ranges cover together, within what is possible at all.</summary>
    internal ConfidenceInterval Widest(ConfidenceInterval other, double least, double most) =>
        new(Math.Max(least, Math.Min(Lower, other.Lower)), Math.Min(most, Math.Max(Upper, other.Upper)));
}
