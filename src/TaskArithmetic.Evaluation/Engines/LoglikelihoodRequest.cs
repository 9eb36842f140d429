namespace TaskArithmetic.Evaluation.Engines;

/// <summary>A continuation to score after a context.</summary>
public sealed record LoglikelihoodRequest(string Context, string Continuation);
