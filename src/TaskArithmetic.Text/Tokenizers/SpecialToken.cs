namespace TaskArithmetic.Text.Tokenizers;

/// <summary>A token with a role, such as the one that ends a text.</summary>
/// <param name="Text">The token as it is written.</param>
/// <param name="Id">Its id; null if the tokenizer does not know the token.</param>
public sealed record SpecialToken(string Text, int? Id);
