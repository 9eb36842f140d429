namespace TaskArithmetic.Evaluation.Engines;

/// <summary>One prompt to continue.</summary>
/// <param name="Prompt">The text, chat template already applied where one is used.</param>
/// <param name="Options">How to generate.</param>
/// <param name="Messages">The conversation behind the prompt, for engines that take messages instead of text.</param>
public sealed record GenerationRequest(string Prompt, GenerationOptions Options, IReadOnlyList<ChatMessage>? Messages = null);
