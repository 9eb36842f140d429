using System.Text.Json.Serialization;

namespace TaskArithmetic.Evaluation.Engines;

/// <summary>One answer.</summary>
/// <param name="Text">The text, cut before the first stop string.</param>
/// <param name="FinishReason">Why it ended.</param>
/// <param name="PromptTokens">Tokens of the prompt before any left truncation, or -1 if the engine does not say.</param>
/// <param name="CompletionTokens">Tokens generated, or -1 if the engine does not say.</param>
/// <param name="TokenIds">The tokens as produced, up to the end token or stop string; null if the engine does not say.</param>
/// <param name="InputTokens">Tokens the model read: the last ones of the prompt, as many as leave room for the answer; -1 if the engine does not say.</param>
/// <param name="Reasoning">What was written before the answer, up to the end-of-reasoning marker; null where there is none or none was asked for.</param>
/// <param name="ReasoningEnded">Whether the reasoning ended, so that there is an answer; null where there was no reasoning.</param>
public sealed record Generation(
    string Text, FinishReason FinishReason, int PromptTokens, int CompletionTokens, IReadOnlyList<int>? TokenIds = null, int InputTokens = -1,
    string? Reasoning = null, bool? ReasoningEnded = null)
{
    /// <summary>Tokens cut off the front of the prompt, since the model cannot see as many; -1 if the engine does not say.</summary>
    [JsonIgnore]
    public int PromptTokensCut => PromptTokens < 0 || InputTokens < 0 ? -1 : Math.Max(0, PromptTokens - InputTokens);
}
