namespace TaskArithmetic.Evaluation.Gates;

/// <summary>Scores of one benchmark and what they must show.</summary>
public sealed record GateRequest(PairedScores Scores, GateCriteria Criteria);
