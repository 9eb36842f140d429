using TaskArithmetic.Evaluation.Gates;
using TaskArithmetic.Evaluation.Running;
using TaskArithmetic.Evaluation.Statistics;
using TaskArithmetic.Methods;

namespace TaskArithmetic.Tool.Evaluation;

/// <summary>The fields of <c>eval --json</c>: every number that <see cref="EvaluationText"/> shows. docs/command-line.md lists them.</summary>
internal static class EvaluationJson
{
    public static object Of(EvaluationReport report, IReadOnlyList<string> files) => new
    {
        verdict = report.Gate.Verdict,
        model = Model(report.Merged),
        baseline = report.Baseline is null ? null : Model(report.Baseline),
        gate = report.IsGateOrComparison ? Gate(report.Gate) : null,
        files,
    };

    private static object Model(ModelScores scores) => new { name = scores.Model.Name, runs = scores.Runs.Select(Run) };

    private static object Run(BenchmarkRunResult run) => new
    {
        run.Options.Limit,
        run.Options.NumFewshot,
        run.Options.Profile,
        comparable = run.NotComparableBecause.Count == 0,
        run.NotComparableBecause,
        seconds = run.Duration.TotalSeconds,
        tasks = run.Tasks.Select(task => new
        {
            name = task.Task.Name,
            version = task.Task.Version?.ToString(),
            task.NumFewshot,
            n = task.Documents.Count,
            scores = task.Scores.Select(s => new { s.Metric, s.Filter, s.Value, s.StandardError, s.HigherIsBetter, unparseableRate = task.UnparseableRate(s.Filter) }),
            primary = task.Primary?.Key,
            task.TruncationRate,
            promptsCut = task.CutPrompts,
            task.SkippedBecause,
        }),
        groups = run.Groups.Select(group => new
        {
            name = group.Group.Name,
            version = group.Group.Version?.ToString(),
            numFewshot = run.Tasks.FirstOrDefault(t => t.Task.Name == group.Group.AllTasks.FirstOrDefault()?.Name)?.NumFewshot,
            promptsCut = run.Tasks.Where(t => group.Group.AllTasks.Any(g => g.Name == t.Task.Name)).Sum(t => t.CutPrompts),
            scores = group.Scores.Select(s => new { s.Metric, s.Filter, n = group.SampleCounts[s.Key], s.Value, s.StandardError, s.HigherIsBetter }),
        }),
    };

    private static object Gate(GateReport report) => new
    {
        report.Verdict,
        report.Blocks,
        benchmarks = report.Benchmarks.Select(result => new
        {
            result.Scores.Benchmark,
            result.Scores.Metric,
            n = result.MergedScore.Count,
            result.Verdict,
            merged = Estimate(result.MergedScore, result.Scores.MergedQuality),
            baseline = result.Comparison is { } comparison ? Estimate(comparison.BaseScore, result.Scores.BaseQuality) : null,
            comparison = result.Comparison is null ? null : Compared(result.Comparison.Difference, result.Comparison),
            result.Criteria,
        }),
        pooled = report.Pooled is null ? null : Compared(report.Pooled.Difference, null),
        pooledTwoSided = report.Pooled?.Test.TwoSided,
    };

    private static object Estimate(MeanEstimate estimate, AnswerQuality? quality) => new
    {
        score = estimate.Mean,
        estimate.StandardError,
        estimate.Bounds.Lower,
        estimate.Bounds.Upper,
        quality?.TruncationRate,
        quality?.UnparseableRate,
        promptsCut = quality?.CutPrompts,
    };

    private static object Compared(PairedDifference difference, BaselineComparison? tested) => new
    {
        difference.Difference,
        difference.Bounds.Lower,
        difference.Bounds.Upper,
        n = difference.Count,
        won = difference.Wins,
        lost = difference.Losses,
        pBetter = tested?.AdjustedBetter,
        pWorse = tested?.AdjustedWorse,
        tested?.SmallestDetectable,
    };
}
