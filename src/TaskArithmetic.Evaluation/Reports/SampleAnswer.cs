namespace TaskArithmetic.Evaluation.Reports;

/// <summary>One model's answer to one item.</summary>
/// <param name="Output">The whole text.</param>
/// <param name="Extracted">What the filter took from it.</param>
/// <param name="Score">Its score, 0 to 1.</param>
/// <param name="Reason">Why it scored so, where there is more to say than right or wrong: an exception, a truncation; else empty.</param>
public sealed record SampleAnswer(string Output, string Extracted, double Score, string Reason = "");
