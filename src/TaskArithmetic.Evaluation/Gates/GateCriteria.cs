namespace TaskArithmetic.Evaluation.Gates;

/// <summary>What a benchmark must show for the build to go on; nothing set means the scores are only reported.</summary>
public sealed record GateCriteria
{
    /// <summary>Lowest score of the merged model, in percent, 0 to 100. Compared with the score on these very items.</summary>
    public double? MinScore { get; init; }

    /// <summary>Largest loss against the base that is tolerated, in percentage points, 0 to 100.</summary>
    public double? MaxRegression { get; init; }

    /// <summary>Whether the merged model must be shown to be better than the base.</summary>
    public bool RequireImprovement { get; init; }
}
