using System.Text.Json.Serialization;
using TaskArithmetic.Evaluation.Engines;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>An engine's answer: a text or a log-probability.</summary>
/// <param name="Generation">The text.</param>
/// <param name="Loglikelihood">The log-probability.</param>
public sealed record EngineAnswer(Generation? Generation, Loglikelihood? Loglikelihood)
{
    /// <summary>Tokens cut off the front of the prompt or context, since the model cannot see as many; -1 if the engine does not say.</summary>
    [JsonIgnore]
    public int PromptTokensCut => Generation?.PromptTokensCut ?? Loglikelihood?.DroppedTokens ?? -1;
}
