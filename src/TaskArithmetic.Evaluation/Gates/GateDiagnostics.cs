using System.Globalization;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Gates;

/// <summary>TA4200 to TA4249: verdicts of gates, and scores or requirements that cannot be judged.</summary>
public static class GateDiagnostics
{
    /// <summary>
    /// TA4200 (<c>MinScore</c>), TA4201 (<c>MaxRegression</c>) and TA4202 (<c>RequireImprovement</c>) for requirements that
    /// are not met; TA4203 for those the items cannot decide, an error or a warning by policy.
    /// </summary>
    public static IEnumerable<Diagnostic> Of(BenchmarkGateResult result, InconclusivePolicy policy)
    {
        foreach (var (criterion, verdict, explanation) in result.Criteria)
        {
            var what = $"{result.Scores.Benchmark} ({result.Scores.Metric}), {criterion}";
            if (verdict == GateVerdict.Fail)
                yield return Diagnostic.Error(FailureCode(criterion), $"{what} is not met: {explanation}. {Advice(criterion)}", DiagnosticKind.Judged);
            else if (verdict == GateVerdict.Inconclusive)
                yield return new Diagnostic(
                    "TA4203", policy == InconclusivePolicy.Fail ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
                    $"{what} cannot be decided: {explanation}. Score more items or allow a wider margin.") { Kind = DiagnosticKind.Judged };
        }
    }

    /// <summary>TA4204: base and merged scores do not belong to the same items, or there are none.</summary>
    public static Diagnostic UnpairedScores(PairedScores scores) => Diagnostic.Error("TA4204",
        $"{scores.Benchmark} ({scores.Metric}): {scores.Merged.Count} merged scores, {scores.Base?.Count ?? 0} base scores{(scores.Clusters is null ? "" : $", {scores.Clusters.Count} clusters")}; a gate needs one of each for every item. Score both models on the same items.");

    /// <summary>TA4204: a score outside 0 to 1.</summary>
    public static Diagnostic ScoreOutOfRange(PairedScores scores) => Diagnostic.Error("TA4204",
        $"{scores.Benchmark} ({scores.Metric}) has item scores outside 0 to 1; gates judge metrics such as exact_match, acc and pass@1. Gate another metric of the benchmark.");

    /// <summary>TA4205: a requirement compares with a base model that was not scored.</summary>
    public static Diagnostic NoBaseline(PairedScores scores) => Diagnostic.Error("TA4205",
        $"{scores.Benchmark}: MaxRegression and RequireImprovement compare with the base model, which was not scored. Name it with --baseline, or use MinScore.");

    /// <summary>TA4206: a requirement that is no percentage.</summary>
    public static Diagnostic CriterionOutOfRange(PairedScores scores, string criterion, double value) => Diagnostic.Error("TA4206",
        string.Create(CultureInfo.InvariantCulture, $"{scores.Benchmark}: {criterion}={value} is not between 0 and 100. {criterion} is in percent{(criterion == nameof(GateCriteria.MaxRegression) ? "age points" : "")}."));

    /// <summary>TA4207: more answers than before are truncated or unparseable.</summary>
    public static Diagnostic QualityFell(PairedScores scores, string what, double before, double after) => Diagnostic.Warning("TA4207",
        string.Create(CultureInfo.InvariantCulture, $"{scores.Benchmark}: answers {what} rose from {100 * before:0.0} % to {100 * after:0.0} %, which lowers the score whatever the model knows. Look at the samples; raise the token limit or use a profile that fits the model's format."));

    private static string FailureCode(GateCriterion criterion) => criterion switch
    {
        GateCriterion.MinScore => "TA4200",
        GateCriterion.MaxRegression => "TA4201",
        _ => "TA4202",
    };

    private static string Advice(GateCriterion criterion) => criterion switch
    {
        GateCriterion.MinScore => "Look at the samples, or change alpha.",
        GateCriterion.MaxRegression => "Lower alpha or leave out tensors, and look at the items that were lost.",
        _ => "Try another alpha or another vector.",
    };
}
