namespace TaskArithmetic.Evaluation.Gates;

/// <summary>The verdict on one requirement.</summary>
/// <param name="Criterion">Which requirement.</param>
/// <param name="Verdict">Whether it is met.</param>
/// <param name="Explanation">One line with the numbers it rests on.</param>
public sealed record CriterionResult(GateCriterion Criterion, GateVerdict Verdict, string Explanation);
