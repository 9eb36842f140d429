using TaskArithmetic.Evaluation.Metrics;
using TaskArithmetic.Evaluation.Reports;
using TaskArithmetic.Evaluation.Running;

namespace TaskArithmetic.Evaluation.Gates;

/// <summary>Brings a task's results of base and merged model together, item by item.</summary>
public static class TaskPairing
{
    /// <summary>
    /// The per-item scores behind a task's primary score, or the named one; null when the task was skipped or has no score of that name.
    /// </summary>
    /// <param name="merged">The merged model's result.</param>
    /// <param name="baseline">The base model's result on the same documents, or null.</param>
    /// <param name="metric">Metric, or metric and filter as <c>metric,filter</c>; null takes the primary score.</param>
    public static PairedScores? Pair(TaskResult merged, TaskResult? baseline, string? metric)
    {
        var score = metric is null ? merged.Primary : merged.Scores.FirstOrDefault(s => s.Key == metric || s.Metric == metric);
        if (score is null || Values(merged, score) is not { } values)
            return null;
        return new PairedScores(merged.Task.Name, score.Key, baseline is null ? null : Values(baseline, score), values)
        {
            BaseQuality = baseline is null ? null : Quality(baseline, score),
            MergedQuality = Quality(merged, score),
        };
    }

    /// <summary>Both models' answers to every item, for a reader.</summary>
    public static IEnumerable<SampleComparison> Samples(TaskResult merged, TaskResult baseline, string scoreKey)
    {
        var score = merged.Scores.First(s => s.Key == scoreKey);
        return merged.Documents.Zip(baseline.Documents, (m, b) => new SampleComparison(
            merged.Task.Name, m.DocId.ToString(System.Globalization.CultureInfo.InvariantCulture), m.Arguments[0].Context, m.Target, Answer(b, score), Answer(m, score)));
    }

    private static double[]? Values(TaskResult result, Score score)
    {
        var values = result.Documents.Select(d => Find(d, score)?.First).ToList();
        return values.All(v => v is >= 0 and <= 1) ? [.. values.Select(v => v!.Value)] : null;
    }

    private static MetricValue? Find(DocumentResult document, Score score) =>
        document.Filters.FirstOrDefault(f => f.Filter == score.Filter)?.Find(score.Metric);

    private static AnswerQuality? Quality(TaskResult result, Score score) =>
        result.TruncationRate is { } truncation ? new AnswerQuality(truncation, result.UnparseableRate(score.Filter) ?? 0) : null;

    private static SampleAnswer Answer(DocumentResult document, Score score)
    {
        var generation = document.Answers[0][0].Generation;
        return new SampleAnswer(
            generation?.Text ?? "",
            document.Filters.FirstOrDefault(f => f.Filter == score.Filter)?.Answer ?? "",
            Find(document, score)?.First ?? 0,
            document.IsTruncated ? "truncated at the token limit" : "");
    }
}
