namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>What an endpoint said about itself when it was probed.</summary>
/// <param name="Server">The server, as far as known.</param>
/// <param name="Model">The model's name.</param>
/// <param name="MaxLength">Longest context plus answer, in tokens.</param>
/// <param name="ScoringObstacle">Why it cannot score given text; null if it can.</param>
public sealed record EndpointCapabilities(EndpointServer Server, string Model, int MaxLength, string? ScoringObstacle)
{
    /// <summary>Whether log-likelihood benchmarks can run.</summary>
    public bool CanScore => ScoringObstacle is null;
}
