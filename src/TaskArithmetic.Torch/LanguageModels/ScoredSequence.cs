namespace TaskArithmetic.Torch.LanguageModels;

/// <summary>A continuation whose probability is asked.</summary>
/// <param name="Context">Tokens before it, at least one.</param>
/// <param name="Continuation">The tokens to score, at least one.</param>
public sealed record ScoredSequence(IReadOnlyList<int> Context, IReadOnlyList<int> Continuation);
