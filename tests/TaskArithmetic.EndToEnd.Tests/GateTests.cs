using System.Globalization;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.EndToEnd.Tests;

/// <summary>The gates of a model project, judged from the answers of a server so that no engine is needed.</summary>
[TestClass]
public sealed class GateTests
{
    private const string Task = """
        task: constant
        dataset_path: json
        dataset_kwargs:
          data_files:
            test: data/questions.jsonl
        test_split: test
        output_type: generate_until
        num_fewshot: 0
        doc_to_text: "{{question}}"
        doc_to_target: "{{answer}}"
        generation_kwargs:
          do_sample: false
          max_gen_toks: 16
        metric_list:
          - metric: exact_match
            aggregation: mean
            higher_is_better: true
        """;

    [TestMethod]
    public void A_verdict_is_said_by_every_build_and_judged_again_when_the_data_change()
    {
        using var server = new AnswerServer("4");
        using var workspace = new Workspace();
        var project = Project(workspace, server);

        var first = workspace.Build(project);
        first.Result.ShouldSucceed();
        Assert.IsTrue(first.Says("gate: PASS"), first.Result.Output);

        var second = workspace.Build(project);
        second.Result.ShouldSucceed();
        Assert.AreEqual(0, second.Workers);
        StringAssert.Contains(second.Result.Output, "gate: PASS");

        // The data lie in a folder below the task's, and their date is old.
        WriteQuestions(workspace, answer: 5);
        File.SetLastWriteTimeUtc(workspace["gate", "data", "questions.jsonl"], new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        for (var build = 0; build < 2; build++)
        {
            var failed = workspace.Build(project);
            failed.Result.ShouldFail();
            Assert.AreEqual(1, failed.Ran("BenchmarkModel"), "a failed gate is judged by every build");
            Assert.IsFalse(failed.Diagnostics.Any(d => d.Code.StartsWith("MSB", StringComparison.Ordinal)), failed.Result.Output);
        }
    }

    [TestMethod]
    public void Dotnet_test_judges_the_gates_of_a_model_project()
    {
        using var server = new AnswerServer("4");
        using var workspace = new Workspace();
        var project = Project(workspace, server);

        var passed = workspace.Run("test", project);
        passed.ShouldSucceed();
        StringAssert.Contains(passed.Output, "gate: PASS");

        WriteQuestions(workspace, answer: 5);
        StringAssert.Contains(workspace.Run("test", project, "--no-build").ShouldFail().Output, "error TA42");
    }

    private static string Project(Workspace workspace, AnswerServer server)
    {
        workspace.Write("gate/constant.yaml", Task);
        WriteQuestions(workspace, answer: 4);
        return workspace.ModelProject($"""
              <PropertyGroup>
                <BaseModel>{Workspace.Models}/target</BaseModel>
                <BenchmarkEngine>{server.Address}</BenchmarkEngine>
              </PropertyGroup>
              <ItemGroup>
                <ReasoningVector Include="{Workspace.Models}/grpo" Minus="{Workspace.Models}/sft" />
                <Benchmark Include="gate/constant.yaml" MinScore="50" />
              </ItemGroup>
            """);
    }

    private static void WriteQuestions(Workspace workspace, int answer) => workspace.Write(
        "gate/data/questions.jsonl",
        string.Concat(Enumerable.Range(0, 60).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""{"question": "Number {{i}}?", "answer": "{{answer}}"}{{'\n'}}"""))));
}
