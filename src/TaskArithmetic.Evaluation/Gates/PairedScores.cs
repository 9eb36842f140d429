namespace TaskArithmetic.Evaluation.Gates;

/// <summary>Scores of base and merged model on the same items of one benchmark.</summary>
/// <param name="Benchmark">The benchmark's name.</param>
/// <param name="Metric">The metric and filter, such as <c>exact_match,flexible-extract</c>.</param>
/// <param name="Base">Per-item scores of the base model, 0 to 1, length n; null when only the merged model was scored.</param>
/// <param name="Merged">Per-item scores of the merged model on the same items in the same order, 0 to 1, length n.</param>
/// <param name="Clusters">Items that share a passage, a seed question or a subtask carry the same number, length n; null when all are independent.</param>
/// <param name="BaseQuality">Truncated and unparseable answers and cut prompts of the base model, where known.</param>
/// <param name="MergedQuality">Truncated and unparseable answers and cut prompts of the merged model, where known.</param>
public sealed record PairedScores(
    string Benchmark, string Metric, IReadOnlyList<double>? Base, IReadOnlyList<double> Merged, IReadOnlyList<int>? Clusters = null,
    AnswerQuality? BaseQuality = null, AnswerQuality? MergedQuality = null)
{
    /// <summary>What the benchmark is apart from limit, shots and metric: benchmarks of one task are pooled once.</summary>
    internal string Task { get; init; } = Benchmark;
}

/// <summary>How many answers could not be judged on their content; a rise of any looks like a loss of skill and is not.</summary>
/// <param name="TruncationRate">Share of answers cut at the token limit, 0 to 1; null where nothing is generated.</param>
/// <param name="UnparseableRate">Share of answers from which nothing could be extracted, 0 to 1; null where nothing is extracted.</param>
/// <param name="CutPrompts">Prompts of which the model did not see the beginning, since they did not fit into its context.</param>
public sealed record AnswerQuality(double? TruncationRate, double? UnparseableRate, int CutPrompts = 0);
