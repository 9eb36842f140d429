using TaskArithmetic.Evaluation.Statistics;

namespace TaskArithmetic.Evaluation.Gates;

/// <summary>What one benchmark says.</summary>
/// <param name="Scores">The scores that were judged.</param>
/// <param name="MergedScore">Mean and standard error of the merged model, 0 to 1.</param>
/// <param name="MergedInterval">95 % Wilson interval of the merged score.</param>
/// <param name="Comparison">Against the base model; null when that was not scored.</param>
/// <param name="Criteria">One result for each requirement; empty when the scores are only reported.</param>
public sealed record BenchmarkGateResult(
    PairedScores Scores,
    MeanEstimate MergedScore,
    ConfidenceInterval MergedInterval,
    BaselineComparison? Comparison,
    IReadOnlyList<CriterionResult> Criteria)
{
    /// <summary>The worst verdict of its requirements.</summary>
    public GateVerdict Verdict => Criteria.Select(c => c.Verdict).DefaultIfEmpty(GateVerdict.Pass).Max();
}
