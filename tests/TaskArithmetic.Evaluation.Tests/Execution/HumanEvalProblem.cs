using System.Text.Json;
using System.Text.Json.Serialization;
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

    /// <summary>Candidate, a line break, the reference and the call of its test.</summary>
    public string Program(string completion) => Prompt + completion + "\n" + Test + $"\ncheck({EntryPoint})";
}
