namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>Tokens of a context and its continuation.</summary>
/// <param name="Context">Tokens given.</param>
/// <param name="Continuation">Tokens to score.</param>
internal sealed record ScoringPair(IReadOnlyList<int> Context, IReadOnlyList<int> Continuation);
