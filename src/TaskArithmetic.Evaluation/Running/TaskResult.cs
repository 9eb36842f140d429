using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>The result of one task.</summary>
public sealed record TaskResult
{
    /// <summary>The task as evaluated, the profile applied.</summary>
    public required BenchmarkTask Task { get; init; }

    /// <summary>Documents of the evaluation split.</summary>
    public required int OriginalCount { get; init; }

    /// <summary>Shots given to each document.</summary>
    public required int NumFewshot { get; init; }

    /// <summary>Generation options in force; null where nothing is generated.</summary>
    public required PythonDictionary? GenerationKwargs { get; init; }

    /// <summary>Documents evaluated, in the order of the file.</summary>
    public required IReadOnlyList<DocumentResult> Documents { get; init; }

    /// <summary>Scores by filter and metric; empty if scoring was skipped.</summary>
    public required IReadOnlyList<Score> Scores { get; init; }

    /// <summary>Direction of each metric, in order.</summary>
    public required IReadOnlyList<KeyValuePair<string, bool>> HigherIsBetter { get; init; }

    /// <summary>The score that gates and progress look at; null if scoring was skipped.</summary>
    public Score? Primary { get; init; }

    /// <summary>Why there are no scores, or null. Skipped is not 0.</summary>
    public string? SkippedBecause { get; init; }

    /// <summary>Part of the documents whose generation hit the token limit, from 0 to 1; null where nothing is generated.</summary>
    public double? TruncationRate => GenerationKwargs is null || Documents.Count == 0 ? null : (double)Documents.Count(d => d.IsTruncated) / Documents.Count;

    /// <summary>Documents of whose prompt the model saw only the end, since it did not fit into its context.</summary>
    public int CutPrompts => Documents.Count(d => d.PromptTokensCut > 0);

    /// <summary>Part of the documents from which a filter could extract nothing, from 0 to 1; null where the filter extracts nothing.</summary>
    /// <param name="filter">The filter pipeline.</param>
    public double? UnparseableRate(string filter)
    {
        var verdicts = Documents.SelectMany(d => d.Filters).Where(f => f.Filter == filter && f.IsUnparseable is not null).ToArray();
        return verdicts.Length == 0 ? null : (double)verdicts.Count(f => f.IsUnparseable == true) / verdicts.Length;
    }

    /// <summary>Mean number of generated tokens; null where the engine does not say.</summary>
    public double? MeanCompletionTokens
    {
        get
        {
            var counts = Documents.SelectMany(d => d.Answers).SelectMany(r => r).Select(a => a.Generation?.CompletionTokens ?? -1).Where(c => c >= 0).ToArray();
            return counts.Length == 0 ? null : counts.Average();
        }
    }
}
