namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>What is to be evaluated, each task once.</summary>
/// <param name="Tasks">Every task, in the order asked for.</param>
/// <param name="Groups">The groups asked for.</param>
public sealed record BenchmarkSelection(IReadOnlyList<BenchmarkTask> Tasks, IReadOnlyList<BenchmarkGroup> Groups);
