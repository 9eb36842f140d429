using TaskArithmetic.Evaluation.Benchmarks;

namespace TaskArithmetic.Evaluation.Metrics;

/// <summary>A metric that task files can name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Outputs">The output types it applies to.</param>
/// <param name="Shape">What its items hold.</param>
/// <param name="Default">Its own aggregation.</param>
/// <param name="HigherIsBetter">Its own direction.</param>
internal sealed record MetricDefinition(string Name, IReadOnlyList<OutputType> Outputs, MetricShape Shape, Aggregation Default, bool HigherIsBetter);
