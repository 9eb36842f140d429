using System.Text.Json.Serialization;
using TaskArithmetic.Text.ChatTemplates;

namespace TaskArithmetic.Evaluation.Engines;

/// <summary>One prompt to continue.</summary>
/// <param name="Prompt">The text, chat template already applied where one is used.</param>
/// <param name="Options">How to generate.</param>
/// <param name="Messages">The conversation behind the prompt, for engines that take messages instead of text.</param>
public sealed record GenerationRequest(string Prompt, GenerationOptions Options, IReadOnlyList<ChatMessage>? Messages = null);

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

/// <summary>Why a generation ended.</summary>
public enum FinishReason
{
    /// <summary>The end token or a stop string.</summary>
    Stop,

    /// <summary>The token limit: the answer is truncated.</summary>
    Length,
}

/// <summary>A continuation to score after a context.</summary>
public sealed record LoglikelihoodRequest(string Context, string Continuation);

/// <summary>The score of a continuation.</summary>
/// <param name="LogProbability">Sum of the natural-log probabilities of its tokens.</param>
/// <param name="IsGreedy">Whether greedy decoding would have produced exactly these tokens.</param>
/// <param name="ContextTokens">Tokens of the context before truncation, or -1.</param>
/// <param name="ContinuationIds">Tokens of the continuation; null if the engine does not say.</param>
/// <param name="DroppedTokens">Tokens cut off the front of the context, since the model cannot see as many; -1 if the engine does not say.</param>
/// <param name="EncodedAlone">
/// Whether the continuation was encoded by itself, since a token of the joined text spans the border and leaves none to it; lm-evaluation-harness
/// fails there.
/// </param>
public sealed record Loglikelihood(
    double LogProbability, bool IsGreedy, int ContextTokens = -1, IReadOnlyList<int>? ContinuationIds = null, int DroppedTokens = -1,
    bool? EncodedAlone = null);
