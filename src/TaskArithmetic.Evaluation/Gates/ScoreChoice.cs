using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Metrics;
using TaskArithmetic.Evaluation.Running;

namespace TaskArithmetic.Evaluation.Gates;

/// <summary>The scores of a task, and which of them a gate can look at: a number from 0 to 1 for each item, higher being better.</summary>
internal sealed class ScoreChoice
{
    private readonly List<(string Metric, string Filter, bool IsUsable)> scores = [];
    private readonly string primaryFilter;

    public ScoreChoice(BenchmarkTask task, EvaluationProfile profile)
    {
        primaryFilter = ProfileRules.PrimaryFilter(task, profile);
        foreach (var filter in task.FilterList?.Select(f => f.Name) ?? ["none"])
        {
            foreach (var metric in MetricCatalog.For(task))
                scores.AddRange(metric.ScoreNames.Select(name => (name, filter, MetricCatalog.IsPerItem(metric))));
        }
    }

    /// <summary>What <c>metric</c> may say: <c>metric,filter</c>, or the metric alone, which means the primary filter.</summary>
    public IEnumerable<string> Names => scores.Select(s => s.Metric).Concat(scores.Select(s => $"{s.Metric},{s.Filter}")).Distinct();

    /// <summary>The scores that a gate can look at.</summary>
    public IEnumerable<string> Usable => scores.Where(s => s.IsUsable).Select(s => $"{s.Metric},{s.Filter}").Distinct();

    /// <summary>The score that counts where none is named.</summary>
    public string Primary => scores.Where(s => s.Filter == primaryFilter).Select(s => $"{s.Metric},{s.Filter}").FirstOrDefault("none");

    /// <summary>Whether the task has a score of that name.</summary>
    public bool Knows(string name) => Names.Contains(name);

    /// <summary>The key of the score to look at; null where there is none of that name, or none a gate can look at.</summary>
    public string? Find(string? name) => scores
        .Where(s => s.IsUsable && (name is null ? s.Filter == primaryFilter : name == $"{s.Metric},{s.Filter}" || name == s.Metric))
        .OrderByDescending(s => s.Filter == primaryFilter)
        .Select(s => $"{s.Metric},{s.Filter}")
        .FirstOrDefault();
}
