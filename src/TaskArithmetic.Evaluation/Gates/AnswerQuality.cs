namespace TaskArithmetic.Evaluation.Gates;

/// <summary>How many answers could not be judged on their content; a rise of any looks like a loss of skill and is not.</summary>
/// <param name="TruncationRate">Share of answers cut at the token limit, 0 to 1; null where nothing is generated.</param>
/// <param name="UnparseableRate">Share of answers from which nothing could be extracted, 0 to 1; null where nothing is extracted.</param>
/// <param name="CutPrompts">Prompts of which the model did not see the beginning, since they did not fit into its context.</param>
public sealed record AnswerQuality(double? TruncationRate, double? UnparseableRate, int CutPrompts = 0);
