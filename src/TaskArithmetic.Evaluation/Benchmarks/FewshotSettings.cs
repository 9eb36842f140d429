using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>Where shots come from and how they are written; what is null is taken from the task itself.</summary>
/// <param name="Sampler">How shots are chosen.</param>
/// <param name="Split">The split that is the pool; goes before <paramref name="Samples"/>.</param>
/// <param name="Indices">Rows of the pool to keep, in this order; null keeps all.</param>
/// <param name="Samples">The pool itself, written in the task file.</param>
/// <param name="DocToText">Template, column or number instead of the task's <c>doc_to_text</c>.</param>
/// <param name="DocToTarget">Template, column, number or list instead of the task's <c>doc_to_target</c>.</param>
/// <param name="DocToChoice">Template, column or list instead of the task's <c>doc_to_choice</c>.</param>
/// <param name="GenPrefix">Start of the answer instead of the task's.</param>
/// <param name="FewshotDelimiter">Text after a shot instead of the task's.</param>
/// <param name="TargetDelimiter">Text between a shot's question and answer instead of the task's.</param>
public sealed record FewshotSettings(
    FewshotSamplerKind Sampler = default, string? Split = null, IReadOnlyList<int>? Indices = null, IReadOnlyList<PythonDictionary>? Samples = null,
    PythonValue? DocToText = null, PythonValue? DocToTarget = null, PythonValue? DocToChoice = null, string? GenPrefix = null,
    string? FewshotDelimiter = null, string? TargetDelimiter = null);

/// <summary>How shots are chosen from the pool.</summary>
public enum FewshotSamplerKind
{
    /// <summary>A fresh random draw for each document (<c>default</c>).</summary>
    Default,

    /// <summary>The first rows of the pool (<c>first_n</c>).</summary>
    FirstN,
}
