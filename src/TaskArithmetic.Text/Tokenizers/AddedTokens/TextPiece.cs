namespace TaskArithmetic.Text.Tokenizers.AddedTokens;

/// <summary>A part of a text: an added token by its id, or text between two of them.</summary>
/// <param name="Start">Where it starts, in UTF-16 units.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Id">The token's id; null for other text.</param>
internal readonly record struct TextPiece(int Start, int Length, int? Id);
