namespace TaskArithmetic.Evaluation.Tokenizers.PreTokenizers;

/// <summary>A word-like part of a text, in UTF-16 units.</summary>
/// <param name="Start">Where it starts in the text it is cut from.</param>
/// <param name="Length">How long it is; never 0.</param>
/// <param name="IsAtStart">Whether the input text starts with it.</param>
internal readonly record struct TextSegment(int Start, int Length, bool IsAtStart);
