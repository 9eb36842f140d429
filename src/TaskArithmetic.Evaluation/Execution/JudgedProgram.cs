namespace TaskArithmetic.Evaluation.Execution;

/// <summary>What a model wrote, and the tests that decide about it. They run in two processes.</summary>
/// <param name="Candidate">The model's program: definitions that the tests use.</param>
/// <param name="Tests">The tests, to the call of the test function as the last statement; nothing of the model's.</param>
public sealed record JudgedProgram(string Candidate, string Tests);
