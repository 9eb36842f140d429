using TaskArithmetic.Diagnostics;
using TaskArithmetic.Measuring;

namespace TaskArithmetic.Merging;

/// <summary>What a merge or a check found and did.</summary>
/// <param name="Findings">Warnings; errors are thrown.</param>
/// <param name="Key">Content key of the weights, or empty for a check.</param>
/// <param name="CacheHit">Whether the weights came from the cache.</param>
/// <param name="OutputBytes">Bytes of the weight files.</param>
/// <param name="Summary">What the vectors did to the weights.</param>
public sealed record MergeReport(
    IReadOnlyList<Diagnostic> Findings, string Key, bool CacheHit, long OutputBytes, MergeSummary Summary)
{
    /// <summary>The sums behind <see cref="Summary"/>, by tensor.</summary>
    internal IReadOnlyDictionary<string, TensorStatistics> Tensors { get; init; } = new Dictionary<string, TensorStatistics>();

    /// <summary>What the vectors do to the target and to each other; null for a merge.</summary>
    internal InterferenceReport? Interference { get; init; }
}
