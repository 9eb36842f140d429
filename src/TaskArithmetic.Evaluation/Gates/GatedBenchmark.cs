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

/// <summary>What a benchmark must show for the build to go on; nothing set means the scores are only reported.</summary>
public sealed record GateCriteria
{
    /// <summary>Lowest score of the merged model, in percent, 0 to 100.</summary>
    public double? MinScore { get; init; }

    /// <summary>Largest loss against the base that is tolerated, in percentage points, 0 to 100.</summary>
    public double? MaxRegression { get; init; }

    /// <summary>Whether the merged model must be shown to be better than the base.</summary>
    public bool RequireImprovement { get; init; }

    /// <summary>Whether anything is demanded.</summary>
    public bool IsEmpty => MinScore is null && MaxRegression is null && !RequireImprovement;

    /// <summary>Whether what is demanded needs the base model's scores.</summary>
    public bool NeedsBaseline => MaxRegression is not null || RequireImprovement;
}

/// <summary>The kinds of requirement a benchmark can carry.</summary>
public enum GateCriterion
{
    /// <summary>The merged model scores at least this.</summary>
    MinScore,

    /// <summary>The merged model is not worse than the base by more than this.</summary>
    MaxRegression,

    /// <summary>The merged model is better than the base.</summary>
    RequireImprovement,
}

/// <summary>Scores of one benchmark and what they must show.</summary>
internal sealed record GateRequest(PairedScores Scores, GateCriteria Criteria);
