namespace TaskArithmetic.Evaluation.Gates;

/// <summary>One benchmark to score and what it must show.</summary>
/// <param name="Benchmark">Name of a task, group or tag, or a YAML file.</param>
public sealed record GatedBenchmark(string Benchmark)
{
    /// <summary>First documents to take: a number from 1, or a share below 1; null leaves the run's own.</summary>
    public double? Limit { get; init; }

    /// <summary>Shots; null leaves the run's own.</summary>
    public int? NumFewshot { get; init; }

    /// <summary>Metric, or <c>metric,filter</c>, that the gate looks at; null takes the primary one.</summary>
    public string? Metric { get; init; }

    /// <summary>What it must show.</summary>
    public GateCriteria Criteria { get; init; } = new();
}
