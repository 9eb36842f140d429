using TaskArithmetic.Evaluation.Engines;

namespace TaskArithmetic.Evaluation.Prompts;

/// <summary>A prompt as text, and the conversation behind it where a chat template made it.</summary>
/// <param name="Text">The text the model reads.</param>
/// <param name="Messages">The conversation, or null.</param>
internal sealed record RenderedPrompt(string Text, IReadOnlyList<ChatMessage>? Messages);
