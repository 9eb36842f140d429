using TaskArithmetic.Text.Python;
using TaskArithmetic.Text.Tokenizers;

namespace TaskArithmetic.Evaluation.Results;

/// <summary>What result files say about the model besides its answers; what is unknown stays null.</summary>
/// <param name="Name">The model as the user named it: a path or a repository.</param>
/// <param name="Parameters">Number of parameters.</param>
/// <param name="DType">The dtype computed in, as <c>float32</c>.</param>
/// <param name="Device">The device, as <c>cpu</c>.</param>
/// <param name="BatchSize">Rows of a batch, as text.</param>
/// <param name="WeightsSha256">Digest of the weights.</param>
/// <param name="Tokenizer">What the tokenizer's files say about special tokens; null where the tokenizer is not known.</param>
/// <param name="ChatTemplate">The chat template's text, or null.</param>
/// <param name="TemplateDate">The date that the chat template printed into prompts; null where it prints none.</param>
public sealed record ModelFacts(
    string Name, long? Parameters = null, string? DType = null, string? Device = null, string? BatchSize = null, string? WeightsSha256 = null,
    TokenizerConfiguration? Tokenizer = null, string? ChatTemplate = null, DateOnly? TemplateDate = null)
{
    /// <summary>Arguments of the model: path, dtype, device and so on.</summary>
    public PythonDictionary Arguments { get; init; } = new();
}
