namespace TaskArithmetic.Torch.LanguageModels;

/// <summary>Tokens to continue.</summary>
/// <param name="Ids">The tokens, at least one.</param>
/// <param name="Stream">Which of the seed's independent random streams samples this row: give rows of one run different numbers.</param>
public sealed record GenerationPrompt(IReadOnlyList<int> Ids, long Stream = 0);
