namespace TaskArithmetic.Evaluation.Gates;

/// <summary>One benchmark to score and what it must show.</summary>
/// <param name="Benchmark">Name of a task, group or tag, or a YAML file.</param>
/// <param name="Limit">First documents to take: a number from 1, or a share below 1; null leaves the run's own.</param>
/// <param name="NumFewshot">Shots; null leaves the run's own.</param>
/// <param name="Metric">Metric, or <c>metric,filter</c>, that the gate looks at; null takes the primary one.</param>
public sealed record GatedBenchmark(string Benchmark, double? Limit = null, int? NumFewshot = null, string? Metric = null)
{
    /// <summary>What it must show.</summary>
    public GateCriteria Criteria { get; init; } = new();
}

/// <summary>What a benchmark must show for the build to go on; nothing set means the scores are only reported.</summary>
/// <param name="MinScore">Lowest score of the merged model, in percent, 0 to 100.</param>
/// <param name="MaxRegression">Largest loss against the base that is tolerated, in percentage points, 0 to 100.</param>
/// <param name="RequireImprovement">Whether the merged model must be shown to be better than the base.</param>
public sealed record GateCriteria(double? MinScore = null, double? MaxRegression = null, bool RequireImprovement = false)
{
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

/// <summary>How gates judge.</summary>
/// <param name="Alpha">One-sided level of every bound and test.</param>
/// <param name="Inconclusive">What an inconclusive gate does to the build.</param>
public sealed record GateOptions(double Alpha = 0.05, InconclusivePolicy Inconclusive = default);

/// <summary>What an inconclusive gate does to the build.</summary>
public enum InconclusivePolicy
{
    /// <summary>A warning; the build goes on. For everyday builds.</summary>
    Warn,

    /// <summary>An error; for releases.</summary>
    Fail,
}
