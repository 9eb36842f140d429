namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>A named way from a model's text to the answer that is scored.</summary>
/// <param name="Name">The name that stands in scores, such as <c>strict-match</c>.</param>
/// <param name="Steps">The functions in order.</param>
public sealed record FilterPipelineSettings(string Name, IReadOnlyList<FilterStep> Steps);
