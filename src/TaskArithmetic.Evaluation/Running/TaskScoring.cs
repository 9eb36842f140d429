using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Metrics;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>Aggregates the documents of a task, and the tasks of a group.</summary>
internal static class TaskScoring
{
    public static TaskResult Aggregate(TaskPlan plan, IReadOnlyList<DocumentResult> documents, BenchmarkRunOptions options, string? skippedBecause)
    {
        var scores = skippedBecause is null ? Scores(plan, documents, options.BootstrapIterations) : [];
        var primaryFilter = ProfileRules.PrimaryFilter(plan.Task, options.Profile);
        return new TaskResult(
            Task: plan.Task,
            OriginalCount: plan.OriginalCount,
            NumFewshot: plan.NumFewshot,
            GenerationKwargs: plan.GenerationKwargs,
            Documents: documents,
            Scores: scores,
            HigherIsBetter: [.. Directions(plan)],
            Primary: scores.FirstOrDefault(s => s.Filter == primaryFilter),
            SkippedBecause: skippedBecause);
    }

    public static GroupResult Aggregate(BenchmarkGroup group, IReadOnlyDictionary<string, TaskResult> results)
    {
        var scores = new List<Score>();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var tasks = group.AllTasks.Select(t => results[t.Name]).ToArray();
        foreach (var metric in group.Metrics)
        {
            var filters = metric.Filters ?? [.. tasks.SelectMany(t => t.Scores).Where(s => s.Metric == metric.Metric).Select(s => s.Filter).Distinct().Order(StringComparer.Ordinal)];
            foreach (var filter in filters)
            {
                var parts = tasks.SelectMany(t => t.Scores.Where(s => s.Metric == metric.Metric && s.Filter == filter).Select(s => (Score: s, t.Documents.Count))).ToArray();
                if (parts.Length == 0)
                    continue;
                int[] sizes = [.. parts.Select(p => p.Count)];
                var value = parts.Sum(p => p.Score.Value * (metric.WeightBySize ? p.Count : 1)) / (metric.WeightBySize ? sizes.Sum() : sizes.Length);
                var errors = parts.Select(p => p.Score.StandardError).OfType<double>().ToArray();
                double? error = errors.Length < parts.Length ? null : metric.WeightBySize ? StandardError.Pooled(errors, sizes) : StandardError.Unweighted(errors);
                var directions = parts.Select(p => p.Score.HigherIsBetter).Distinct().ToArray();
                scores.Add(new Score(metric.Metric, filter, value, error, directions.Length == 1 ? directions[0] : null));
                counts[$"{metric.Metric},{filter}"] = sizes.Sum();
            }
        }
        return new GroupResult(group, scores, tasks.Sum(t => t.Documents.Count), counts);
    }

    private static List<Score> Scores(TaskPlan plan, IReadOnlyList<DocumentResult> documents, int bootstrapIterations)
    {
        var scores = new List<Score>();
        for (var f = 0; f < plan.Pipelines.Count && documents.Count > 0; f++)
        {
            foreach (var name in documents[0].Filters[f].Values.Select(v => v.Key))
            {
                var metric = plan.Metrics.First(m => m.ScoreNames.Contains(name));
                MetricValue[] items = [.. documents.Select(d => d.Filters[f].Find(name)!)];
                if (metric.Aggregation == Aggregation.BrierScore && items.Select(i => i.Probabilities!.Count).Distinct().Count() > 1)
                    throw new DiagnosticException(BenchmarkDiagnostics.UnequalChoices(plan.Task.Name));
                scores.Add(new Score(
                    name, plan.Pipelines[f].Name, metric.Aggregation.Apply(items),
                    StandardError.Of(metric.Aggregation, items, bootstrapIterations), metric.HigherIsBetter));
            }
        }
        return scores;
    }

    /// <summary>The direction of each metric and of each of its scores.</summary>
    private static IEnumerable<KeyValuePair<string, bool>> Directions(TaskPlan plan) =>
        plan.Metrics.SelectMany(m => m.ScoreNames.Prepend(m.Name).Distinct().Select(name => KeyValuePair.Create(name, m.HigherIsBetter)));
}
