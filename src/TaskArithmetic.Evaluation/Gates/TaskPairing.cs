using System.Globalization;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Metrics;
using TaskArithmetic.Evaluation.Running;

namespace TaskArithmetic.Evaluation.Gates;

/// <summary>A task's results of merged and base model under one score, item by item.</summary>
internal sealed class TaskPairing(TaskResult merged, TaskResult? baseline, Score score)
{
    /// <summary>The pair; null where the task was skipped or no score is looked at.</summary>
    /// <exception cref="DiagnosticException">TA4204: the models were not asked about the same documents.</exception>
    public static TaskPairing? Of(string task, string? scoreKey, BenchmarkRunResult merged, BenchmarkRunResult? baseline)
    {
        var after = merged.Tasks.First(t => t.Task.Name == task);
        var before = baseline?.Tasks.First(t => t.Task.Name == task);
        if (scoreKey is null || after.SkippedBecause is not null || before?.SkippedBecause is not null || after.Scores.FirstOrDefault(s => s.Key == scoreKey) is not { } score)
            return null;
        var pairing = new TaskPairing(after, before, score);
        return before is null || after.Documents.Select(d => d.DocHash).SequenceEqual(before.Documents.Select(d => d.DocHash))
            ? pairing
            : throw new DiagnosticException(GateDiagnostics.UnpairedScores(pairing.Scores));
    }

    /// <summary>The scores of several tasks as those of one benchmark, its tasks as clusters.</summary>
    public static PairedScores Combine(string label, IReadOnlyList<TaskPairing> pairings)
    {
        var scores = pairings.Select(p => p.Scores).ToList();
        return scores is [var only] ? only with { Benchmark = label } : new PairedScores(
            label,
            string.Join(" ", scores.Select(s => s.Metric).Distinct()),
            scores.Exists(s => s.Base is null) ? null : [.. scores.SelectMany(s => s.Base!)],
            [.. scores.SelectMany(s => s.Merged)])
        {
            Clusters = [.. scores.SelectMany((s, i) => Enumerable.Repeat(i, s.Merged.Count))],
            BaseQuality = Sum(scores, s => s.BaseQuality),
            MergedQuality = Sum(scores, s => s.MergedQuality),
        };
    }

    /// <summary>Both models' answers to every item, for a reader; none without a base model.</summary>
    public IEnumerable<SampleComparison> Samples(string label) => baseline is null ? [] : merged.Documents.Zip(baseline.Documents, (m, b) => new SampleComparison(
        label, m.DocId.ToString(CultureInfo.InvariantCulture), m.Arguments[0].Context, m.Target, Answer(b), Answer(m)));

    private PairedScores Scores => new(merged.Task.Name, score.Key, baseline is null ? null : Values(baseline), Values(merged))
    {
        BaseQuality = baseline is null ? null : Quality(baseline),
        MergedQuality = Quality(merged),
    };

    private double[] Values(TaskResult result) => [.. result.Documents.Select(d => Find(d)?.First ?? double.NaN)];

    private MetricValue? Find(DocumentResult document) => document.Filters.FirstOrDefault(f => f.Filter == score.Filter)?.Find(score.Metric);

    private AnswerQuality Quality(TaskResult result) => new(result.TruncationRate, result.UnparseableRate(score.Filter), result.CutPrompts);

    private SampleAnswer Answer(DocumentResult document) => new(
        document.Answers[0][0].Generation?.Text ?? "",
        document.Filters.FirstOrDefault(f => f.Filter == score.Filter)?.Answer ?? "",
        Find(document)?.First ?? 0,
        string.Join(", ", ((string[])[document.IsTruncated ? "truncated at the token limit" : "", document.PromptTokensCut > 0 ? string.Create(CultureInfo.InvariantCulture, $"{document.PromptTokensCut} tokens of the prompt cut") : ""]).Where(r => r.Length > 0)));

    private static AnswerQuality? Sum(IReadOnlyList<PairedScores> scores, Func<PairedScores, AnswerQuality?> pick)
    {
        if (scores.Any(s => pick(s) is null))
            return null;
        return new AnswerQuality(Rate(q => q.TruncationRate), Rate(q => q.UnparseableRate), scores.Sum(s => pick(s)!.CutPrompts));

        double? Rate(Func<AnswerQuality, double?> rate)
        {
            var known = scores.Where(s => rate(pick(s)!) is not null).ToList();
            return known.Count == 0 ? null : known.Sum(s => rate(pick(s)!)!.Value * s.Merged.Count) / known.Sum(s => s.Merged.Count);
        }
    }
}
