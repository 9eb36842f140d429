namespace TaskArithmetic.Text.Tokenizers.AddedTokens;

/// <summary>A token found in the text itself, before the model sees it.</summary>
/// <param name="Content">The text it stands for.</param>
/// <param name="SingleWord">Whether it only counts where no word character touches it.</param>
/// <param name="LeftStrip">Whether it swallows white space before it.</param>
/// <param name="RightStrip">Whether it swallows white space after it.</param>
/// <param name="IsNormalized">Whether it is looked for, normalized, in the normalized text.</param>
/// <param name="IsSpecial">Whether decoding may skip it.</param>
internal sealed record AddedToken(string Content, bool SingleWord, bool LeftStrip, bool RightStrip, bool IsNormalized, bool IsSpecial);
