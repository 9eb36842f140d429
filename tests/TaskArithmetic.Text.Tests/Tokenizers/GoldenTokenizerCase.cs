namespace TaskArithmetic.Text.Tests.Tokenizers;

/// <summary>What the Rust library makes of one text.</summary>
internal sealed record GoldenTokenizerCase(int Id, string Text, int[] Ids, int[] IdsWithSpecial, string Decoded, string DecodedWithoutSpecial);
