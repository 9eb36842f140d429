using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>Where shots come from and how they are written; what is null is taken from the task itself.</summary>
public sealed record FewshotSettings
{
    /// <summary>How shots are chosen.</summary>
    public FewshotSamplerKind Sampler { get; init; }

    /// <summary>The split that is the pool; goes before <see cref="Samples"/>.</summary>
    public string? Split { get; init; }

    /// <summary>Rows of the pool to keep, in this order; null keeps all.</summary>
    public IReadOnlyList<int>? Indices { get; init; }

    /// <summary>The pool itself, written in the task file.</summary>
    public IReadOnlyList<PythonDictionary>? Samples { get; init; }

    /// <summary>Template, column or number instead of the task's <c>doc_to_text</c>.</summary>
    public PythonValue? DocToText { get; init; }

    /// <summary>Template, column, number or list instead of the task's <c>doc_to_target</c>.</summary>
    public PythonValue? DocToTarget { get; init; }

    /// <summary>Template, column or list instead of the task's <c>doc_to_choice</c>.</summary>
    public PythonValue? DocToChoice { get; init; }

    /// <summary>Start of the answer instead of the task's.</summary>
    public string? GenPrefix { get; init; }

    /// <summary>Text after a shot instead of the task's.</summary>
    public string? FewshotDelimiter { get; init; }

    /// <summary>Text between a shot's question and answer instead of the task's.</summary>
    public string? TargetDelimiter { get; init; }
}

/// <summary>How shots are chosen from the pool.</summary>
public enum FewshotSamplerKind
{
    /// <summary>A fresh random draw for each document (<c>default</c>).</summary>
    Default,

    /// <summary>The first rows of the pool (<c>first_n</c>).</summary>
    FirstN,
}
