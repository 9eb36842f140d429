namespace TaskArithmetic.Text.ChatTemplates;

/// <summary>A template's text with its name among a model's templates and the place it was read from.</summary>
internal sealed record NamedTemplate(string Name, string Text, string Origin);
