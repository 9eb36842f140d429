using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>The result of one task.</summary>
/// <param name="Task">The task as evaluated, the profile applied.</param>
/// <param name="OriginalCount">Documents of the evaluation split.</param>
/// <param name="NumFewshot">Shots given to each document.</param>
/// <param name="GenerationKwargs">Generation options in force; null where nothing is generated.</param>
/// <param name="Documents">Documents evaluated, in the order of the file.</param>
/// <param name="Scores">Scores by filter and metric; empty if scoring was skipped.</param>
/// <param name="HigherIsBetter">Direction of each metric, in order.</param>
/// <param name="Primary">The score that gates and progress look at; null if scoring was skipped.</param>
/// <param name="SkippedBecause">Why there are no scores, or null. Skipped is not 0.</param>
public sealed record TaskResult(
    BenchmarkTask Task, int OriginalCount, int NumFewshot, PythonDictionary? GenerationKwargs, IReadOnlyList<DocumentResult> Documents,
    IReadOnlyList<Score> Scores, IReadOnlyList<KeyValuePair<string, bool>> HigherIsBetter, Score? Primary = null, string? SkippedBecause = null)
{
    /// <summary>Part of the documents whose generation hit the token limit, from 0 to 1; null where nothing is generated.</summary>
    public double? TruncationRate => GenerationKwargs is null ? null : Documents.Average(d => (double?)(d.IsTruncated ? 1 : 0));

    /// <summary>Documents of whose prompt the model saw only the end, since it did not fit into its context.</summary>
    public int CutPrompts => Documents.Count(d => d.PromptTokensCut > 0);

    /// <summary>Part of the documents from which a filter could extract nothing, from 0 to 1; null where the filter extracts nothing.</summary>
    /// <param name="filter">The filter pipeline.</param>
    public double? UnparseableRate(string filter) =>
        Documents.SelectMany(d => d.Filters).Where(f => f.Filter == filter && f.IsUnparseable is not null).Average(f => (double?)(f.IsUnparseable == true ? 1 : 0));

    /// <summary>Mean number of generated tokens; null where the engine does not say.</summary>
    public double? MeanCompletionTokens => Documents.SelectMany(d => d.Answers).SelectMany(r => r).Select(a => a.Generation?.CompletionTokens).Where(c => c >= 0).Average();
}
