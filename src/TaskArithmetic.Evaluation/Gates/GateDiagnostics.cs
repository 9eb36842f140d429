using System.Globalization;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Gates;

/// <summary>TA4200 to TA4249: verdicts of gates, and scores or requirements that cannot be judged.</summary>
internal static class GateDiagnostics
{
    private static readonly Dictionary<GateCriterion, (string Code, string Advice, string Remedy)> Words = new()
    {
        [GateCriterion.MinScore] = ("TA4200", "Look at the samples, or change alpha.", "Score more items, or require a score further from the model's."),
        [GateCriterion.MaxRegression] = ("TA4201", "Lower alpha or leave out tensors, and look at the items that were lost.", "Score more items or allow a wider margin."),
        [GateCriterion.RequireImprovement] = ("TA4202", "Try another alpha or another vector.", "Score more items."),
    };

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
                yield return Error(Words[criterion].Code, result.Scores.Benchmark, $"{what} is not met: {explanation}. {Words[criterion].Advice}", DiagnosticKind.Judged);
            else if (verdict == GateVerdict.Inconclusive)
                yield return Undecided(result.Scores.Benchmark, $"{what} cannot be decided: {explanation}. {Remedy(result.Scores, criterion)}", policy);
        }
    }

    public static Diagnostic UnpairedScores(PairedScores scores) => Error("TA4204", scores.Benchmark,
        $"{scores.Benchmark} ({scores.Metric}): {scores.Merged.Count} merged scores, {scores.Base?.Count ?? 0} base scores{(scores.Clusters is null ? "" : $", {scores.Clusters.Count} clusters")}; a gate needs one of each for every item. Score both models on the same items.");

    public static Diagnostic ScoreOutOfRange(PairedScores scores) => Error("TA4204", scores.Benchmark,
        $"{scores.Benchmark} ({scores.Metric}) has item scores outside 0 to 1; gates judge metrics such as exact_match, acc and pass@1. Gate another metric of the benchmark.");

    public static Diagnostic NoBaseline(string benchmark) => Error("TA4205", benchmark,
        $"{benchmark}: MaxRegression and RequireImprovement compare with the base model, which was not scored. Name it with --baseline, or use MinScore.");

    public static Diagnostic CriterionOutOfRange(string benchmark, string criterion, double value) => Error("TA4206", benchmark,
        string.Create(CultureInfo.InvariantCulture, $"{benchmark}: {criterion}={value} is not between 0 and 100. {criterion} is in percent{(criterion == nameof(GateCriteria.MaxRegression) ? "age points" : "")}."));

    public static Diagnostic NotGateable(string benchmark, string task, string metric, IEnumerable<string> usable) => Error("TA4208", benchmark,
        $"{benchmark}: the score '{metric}' of task '{task}' is no number between 0 and 1 for each item, or lower is better, so no gate can look at it. {Choose(usable, null)}");

    public static Diagnostic UnknownMetric(string benchmark, string task, string metric, IEnumerable<string> usable, string? nearest) => Error("TA4209", benchmark,
        $"{benchmark}: task '{task}' has no score '{metric}'. {Choose(usable, nearest)}");

    public static Diagnostic ProgramsNotAllowed(string benchmark, string task) => Error("TA4210", benchmark,
        $"{benchmark}: scoring task '{task}' runs programs that the model wrote, which is not allowed here, so no requirement on it can be met. Allow it with --allow-code-execution sandbox, or drop the requirement.");

    public static Diagnostic QualityFell(PairedScores scores, string what, double before, double after) => Diagnostic.Warning("TA4207",
        string.Create(CultureInfo.InvariantCulture, $"{scores.Benchmark}: answers {what} rose from {100 * before:0.0} % to {100 * after:0.0} %, which lowers the score whatever the model knows. Look at the samples; raise the token limit or use a profile that fits the model's format."));

    private static Diagnostic Undecided(string benchmark, string message, InconclusivePolicy policy) =>
        new("TA4203", policy == InconclusivePolicy.Fail ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning, message)
        {
            Kind = DiagnosticKind.Inconclusive,
            Item = benchmark,
        };

    private static Diagnostic Error(string code, string benchmark, string message, DiagnosticKind kind = DiagnosticKind.Input) =>
        Diagnostic.Error(code, message, kind) with { Item = benchmark };

    private static string Remedy(PairedScores scores, GateCriterion criterion) =>
        (scores.BaseQuality?.CutPrompts ?? 0) + (scores.MergedQuality?.CutPrompts ?? 0) > 0 ? "Ask with fewer shots or a smaller max_gen_toks." : Words[criterion].Remedy;

    private static string Choose(IEnumerable<string> usable, string? nearest) =>
        (nearest is null ? "" : $"Did you mean '{nearest}'? ")
        + (usable.ToList() is { Count: > 0 } names ? $"Name one of {string.Join(", ", names)}." : "Its scores are no basis for a gate: drop the requirement.");
}
