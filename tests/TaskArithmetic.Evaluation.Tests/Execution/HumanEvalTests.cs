using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Evaluation.Execution;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Evaluation.Tests.Execution;

[TestClass]
[DoNotParallelize]
public sealed class HumanEvalTests
{
    [TestMethod]
    [RequiresSandbox]
    [RequiresShared("data/humaneval")]
    public async Task All_canonical_solutions_pass_in_the_sandbox()
    {
        var problems = HumanEvalProblem.ReadAll();

        var outcomes = await RequiresSandboxAttribute.Executor.JudgeAsync(
            [.. problems.Select(p => p.Program(p.CanonicalSolution))], CancellationToken.None);

        var failed = problems.Zip(outcomes).Where(pair => !pair.Second.Passed).Select(pair => $"{pair.First.TaskId}: {pair.Second.Reason}");
        Assert.AreEqual("", string.Join('\n', failed));
        Assert.HasCount(164, outcomes);
    }

    [TestMethod]
    [RequiresSandbox]
    [RequiresShared("data/humaneval")]
    public async Task Solutions_that_return_nothing_fail()
    {
        var problems = HumanEvalProblem.ReadAll().Take(20).ToList();

        var outcomes = await RequiresSandboxAttribute.Executor.JudgeAsync(
            [.. problems.Select(p => p.Program("    return None\n"))], CancellationToken.None);

        Assert.IsTrue(outcomes.All(o => o.Status == ProgramStatus.Failed), string.Join('\n', outcomes));
    }

    [TestMethod]
    [RequiresSandbox]
    [RequiresShared("golden/eval")]
    public async Task Worked_examples_end_as_stated()
    {
        var problems = HumanEvalProblem.ReadAll().ToDictionary(p => p.TaskId);
        using var document = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("golden", "eval", "humaneval_worked.json")));
        var cases = document.RootElement.EnumerateArray().ToList();

        var outcomes = await RequiresSandboxAttribute.Executor.JudgeAsync(
            [.. cases.Select(c => problems[c.GetProperty("task_id").GetString()!].Program(c.GetProperty("kept").GetString()!))], CancellationToken.None);

        var mismatches = cases.Zip(outcomes)
            .Where(pair => !Agrees(pair.First.GetProperty("result").GetString()!, pair.Second))
            .Select(pair => $"{pair.First.GetProperty("case")}: expected {pair.First.GetProperty("result")}, was {pair.Second.Reason}");
        Assert.AreEqual("", string.Join('\n', mismatches));
        Assert.IsNotEmpty(cases);
    }

    [TestMethod]
    [RequiresSandbox]
    [RequiresShared("golden/lm-eval")]
    public async Task Programs_of_the_reference_harness_score_as_it_scored_them()
    {
        var lines = Directory.EnumerateFiles(SharedData.PathOf("golden", "lm-eval"), "samples_humaneval*.jsonl", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToList();

        var outcomes = await RequiresSandboxAttribute.Executor.JudgeAsync(
            [.. lines.Select(l => new JudgedProgram(l.GetProperty("filtered_resps")[0][0].GetString()!, l.GetProperty("target").GetString()!))], CancellationToken.None);

        var mismatches = lines.Zip(outcomes)
            .Where(pair => pair.First.GetProperty("pass@1").GetDouble() != (pair.Second.Passed ? 1 : 0))
            .Select(pair => $"{pair.First.GetProperty("doc_id")}: {pair.Second}");
        Assert.AreEqual("", string.Join('\n', mismatches));
        Assert.IsNotEmpty(lines);
    }

    // Passed is passed; a failure names its exception: "failed rc=1 ['SyntaxError: ...']". Wordings differ between Pythons.
    private static bool Agrees(string expected, ProgramOutcome outcome) =>
        expected == "passed"
            ? outcome.Passed
            : outcome.Status == ProgramStatus.Failed && expected.Contains(outcome.Reason.Split(':')[0], StringComparison.Ordinal) && outcome.Reason.Length > 0;
}
