namespace TaskArithmetic.Evaluation.Prompts;

/// <summary>A piece of a prompt, usable as a turn of a conversation and, with its delimiter, as plain text.</summary>
/// <param name="Role"><c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">The text.</param>
/// <param name="Delimiter">What follows in plain text.</param>
internal sealed record PromptMessage(string Role, string Content, string Delimiter = "");
