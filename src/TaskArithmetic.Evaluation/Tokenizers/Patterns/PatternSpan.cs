namespace TaskArithmetic.Evaluation.Tokenizers.Patterns;

/// <summary>A stretch of text, in UTF-16 units, that a pattern matched or passed over.</summary>
internal readonly record struct PatternSpan(int Start, int Length, bool IsMatch);
