namespace TaskArithmetic.Evaluation.Engines;

/// <summary>The score of a continuation.</summary>
/// <param name="LogProbability">Sum of the natural-log probabilities of its tokens.</param>
/// <param name="IsGreedy">Whether greedy decoding would have produced exactly these tokens.</param>
/// <param name="ContextTokens">Tokens of the context before truncation, or -1.</param>
/// <param name="ContinuationIds">Tokens of the continuation; null if the engine does not say.</param>
/// <param name="DroppedTokens">Tokens cut off the front of the context, since the model cannot see as many; -1 if the engine does not say.</param>
/// <param name="EncodedAlone">
/// Whether the continuation was encoded by itself, since a token of the joined text spans the border and leaves none to it; lm-evaluation-harness
/// fails there.
/// </param>
public sealed record Loglikelihood(
    double LogProbability, bool IsGreedy, int ContextTokens = -1, IReadOnlyList<int>? ContinuationIds = null, int DroppedTokens = -1,
    bool? EncodedAlone = null);
