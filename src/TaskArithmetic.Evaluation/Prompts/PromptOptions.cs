namespace TaskArithmetic.Evaluation.Prompts;

/// <summary>How prompts are put together, besides what the task says.</summary>
/// <param name="SystemInstruction">Text before the task's own description.</param>
/// <param name="ApplyChatTemplate">Whether the prompt is a conversation rendered by the model's chat template.</param>
/// <param name="FewshotAsMultiturn">Whether shots are turns of their own; otherwise all goes into one user turn.</param>
/// <param name="QuestionPrefix">Text before each question, such as <c>Think step by step. </c>; empty for none.</param>
internal sealed record PromptOptions(string? SystemInstruction, bool ApplyChatTemplate, bool FewshotAsMultiturn, string QuestionPrefix = "");
