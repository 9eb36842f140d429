namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>Tokens of a context and its continuation.</summary>
/// <param name="Context">Tokens given.</param>
/// <param name="Continuation">Tokens to score.</param>
/// <param name="EncodedAlone">Whether the continuation was encoded by itself, where the reference fails.</param>
internal sealed record ScoringPair(IReadOnlyList<int> Context, IReadOnlyList<int> Continuation, bool EncodedAlone = false);
