namespace TaskArithmetic.Evaluation.Statistics;

/// <summary>Items that are resampled among themselves: one benchmark or subtask.</summary>
/// <param name="Differences">Merged - base for each item.</param>
/// <param name="Clusters">Items that are drawn together carry the same number; null when each is drawn alone.</param>
public sealed record BootstrapStratum(IReadOnlyList<double> Differences, IReadOnlyList<int>? Clusters = null);
