namespace TaskArithmetic.Torch.LanguageModels;

/// <summary>An answer in tokens.</summary>
/// <param name="Ids">The new tokens, the ending one included.</param>
/// <param name="Ending">Why it ended.</param>
/// <param name="MinimumMargin">
/// The smallest distance between the two highest raw logits over all steps: below the float noise of an engine,
/// another engine may choose otherwise.
/// </param>
/// <param name="MinimumMarginStep">The step, from 0, at which it occurred.</param>
public sealed record GeneratedSequence(IReadOnlyList<int> Ids, GenerationEnding Ending, float MinimumMargin, int MinimumMarginStep);
