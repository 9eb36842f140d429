namespace TaskArithmetic.Evaluation.Reports;

/// <summary>What a report says about the run as a whole.</summary>
/// <param name="MergedModel">Name of the merged model.</param>
/// <param name="BaseModel">Name of the base model; null when it was not scored.</param>
/// <param name="Started">When scoring began.</param>
/// <param name="Duration">How long it took.</param>
public sealed record ReportContext(string MergedModel, string? BaseModel, DateTimeOffset Started, TimeSpan Duration);
