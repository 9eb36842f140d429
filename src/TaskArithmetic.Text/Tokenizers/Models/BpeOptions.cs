namespace TaskArithmetic.Text.Tokenizers.Models;

/// <summary>The settings of a byte-pair encoding besides its vocabulary and merges.</summary>
/// <param name="UnknownToken">Stands for characters outside the vocabulary; null drops them.</param>
/// <param name="ContinuingSubwordPrefix">Put before every character but a word's first.</param>
/// <param name="EndOfWordSuffix">Put after a word's last character.</param>
/// <param name="FuseUnknown">Whether unknown characters in a row become one token.</param>
/// <param name="ByteFallback">Whether unknown characters become byte tokens such as <c>&lt;0x0A&gt;</c> first.</param>
/// <param name="IgnoreMerges">Whether a word that is itself a token is taken whole, whatever the merges give.</param>
internal sealed record BpeOptions(
    string? UnknownToken,
    string ContinuingSubwordPrefix,
    string EndOfWordSuffix,
    bool FuseUnknown,
    bool ByteFallback,
    bool IgnoreMerges);
