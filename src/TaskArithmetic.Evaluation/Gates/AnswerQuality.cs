namespace TaskArithmetic.Evaluation.Gates;

/// <summary>How many answers could not be judged on their content; a rise of either looks like a loss of skill and is not.</summary>
/// <param name="TruncationRate">Share of answers cut at the token limit.</param>
/// <param name="UnparseableRate">Share of answers from which nothing could be extracted.</param>
public sealed record AnswerQuality(double TruncationRate, double UnparseableRate);
