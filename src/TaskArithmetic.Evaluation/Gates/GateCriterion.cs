namespace TaskArithmetic.Evaluation.Gates;

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
