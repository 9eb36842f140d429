using TaskArithmetic.Text.Python;
using TaskArithmetic.Text.Tokenizers;

namespace TaskArithmetic.Evaluation.Results;

/// <summary>What result files say about the model besides its answers; what is unknown stays null.</summary>
public sealed record ModelFacts
{
    /// <summary>The model as the user named it: a path or a repository.</summary>
    public required string Name { get; init; }

    /// <summary>Arguments of the model: path, dtype, device and so on.</summary>
    public PythonDictionary Arguments { get; init; } = new();

    /// <summary>Number of parameters.</summary>
    public long? Parameters { get; init; }

    /// <summary>The dtype computed in, as <c>float32</c>.</summary>
    public string? DType { get; init; }

    /// <summary>The device, as <c>cpu</c>.</summary>
    public string? Device { get; init; }

    /// <summary>Rows of a batch, as text.</summary>
    public string? BatchSize { get; init; }

    /// <summary>Digest of the weights.</summary>
    public string? WeightsSha256 { get; init; }

    /// <summary>What the tokenizer's files say about special tokens; null where the tokenizer is not known.</summary>
    public TokenizerConfiguration? Tokenizer { get; init; }

    /// <summary>The chat template's text, or null.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>The date that the chat template printed into prompts; null where it prints none.</summary>
    public DateOnly? TemplateDate { get; init; }
}
