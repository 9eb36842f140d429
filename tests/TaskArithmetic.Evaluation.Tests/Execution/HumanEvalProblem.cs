using System.Text.Json;
using System.Text.Json.Serialization;
using TaskArithmetic.Evaluation.Execution;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Evaluation.Tests.Execution;

/// <summary>A row of HumanEval.jsonl.</summary>
internal sealed record HumanEvalProblem(
    [property: JsonPropertyName("task_id")] string TaskId,
    [property: JsonPropertyName("prompt")] string Prompt,
    [property: JsonPropertyName("entry_point")] string EntryPoint,
    [property: JsonPropertyName("canonical_solution")] string CanonicalSolution,
    [property: JsonPropertyName("test")] string Test)
{
    public static IReadOnlyList<HumanEvalProblem> ReadAll() =>
        [.. File.ReadLines(SharedData.PathOf("data", "humaneval", "HumanEval.jsonl")).Select(line => JsonSerializer.Deserialize<HumanEvalProblem>(line)!)];

    /// <summary>The candidate; the reference's tests and the call of them.</summary>
    public JudgedProgram Program(string completion) => new(Prompt + completion, Test + $"\ncheck({EntryPoint})");
}
