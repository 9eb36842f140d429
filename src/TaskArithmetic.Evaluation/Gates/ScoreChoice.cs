using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Metrics;
using TaskArithmetic.Evaluation.Running;

namespace TaskArithmetic.Evaluation.Gates;

/// <summary>The scores of a task, and which of them a gate can look at: a number from 0 to 1 for each item, higher being better.</summary>
internal sealed class ScoreChoice(BenchmarkTask task, EvaluationProfile profile)
{
    private readonly (string Metric, string Key, bool IsPrimary, bool IsUsable)[] scores =
    [
        .. from filter in task.FilterList?.Select(f => f.Name) ?? ["none"]
           from metric in MetricCatalog.For(task)
           from name in metric.ScoreNames
           select (name, $"{name},{filter}", filter == ProfileRules.PrimaryFilter(task, profile), MetricCatalog.IsPerItem(metric)),
    ];

    /// <summary>What <c>metric</c> may say: <c>metric,filter</c>, or the metric alone, which means the primary filter.</summary>
    public IEnumerable<string> Names => scores.Select(s => s.Metric).Concat(scores.Select(s => s.Key)).Distinct();

    public IEnumerable<string> Usable => scores.Where(s => s.IsUsable).Select(s => s.Key).Distinct();

    /// <summary>The score that counts where none is named.</summary>
    public string Primary => scores.FirstOrDefault(s => s.IsPrimary).Key ?? "none";

    /// <summary>The key of the score to look at; null where there is none of that name, or none a gate can look at.</summary>
    public string? Find(string? name) => scores
        .Where(s => s.IsUsable && (name is null ? s.IsPrimary : name == s.Key || name == s.Metric)).OrderByDescending(s => s.IsPrimary).FirstOrDefault().Key;
}
