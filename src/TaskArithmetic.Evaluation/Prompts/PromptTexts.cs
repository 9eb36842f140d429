using TaskArithmetic.Text.ChatTemplates;

namespace TaskArithmetic.Evaluation.Prompts;

/// <summary>A piece of a prompt, usable as a turn of a conversation and, with its delimiter, as plain text.</summary>
/// <param name="Role"><c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">The text.</param>
/// <param name="Delimiter">What follows in plain text.</param>
internal sealed record PromptMessage(string Role, string Content, string Delimiter = "");

/// <summary>How prompts are put together, besides what the task says.</summary>
/// <param name="SystemInstruction">Text before the task's own description.</param>
/// <param name="ApplyChatTemplate">Whether the prompt is a conversation rendered by the model's chat template.</param>
/// <param name="FewshotAsMultiturn">Whether shots are turns of their own; otherwise all goes into one user turn.</param>
/// <param name="QuestionPrefix">Text before each question, such as <c>Think step by step. </c>; empty for none.</param>
internal sealed record PromptOptions(string? SystemInstruction, bool ApplyChatTemplate, bool FewshotAsMultiturn, string QuestionPrefix = "");

/// <summary>A prompt as text, and the conversation behind it where a chat template made it.</summary>
/// <param name="Text">The text the model reads.</param>
/// <param name="Messages">The conversation, or null.</param>
internal sealed record RenderedPrompt(string Text, IReadOnlyList<ChatMessage>? Messages);
