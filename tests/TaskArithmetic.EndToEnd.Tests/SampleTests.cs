using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.EndToEnd.Tests;

/// <summary>
/// The sample of the repository, built from source as after a fresh clone, benchmarks included. Not beside other tests:
/// all of them build the same sources.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class SampleTests
{
    private static readonly string Sample = Path.Combine(RepositoryRoot.Path!, "samples", "ModelProject");

    [TestMethod]
    public void The_sample_builds_from_source_shows_an_improvement_and_then_has_nothing_to_do()
    {
        using var workspace = new Workspace(withPackage: false);
        var project = Path.Combine(Sample, "ModelProject.csproj");
        var output = workspace["out"] + Path.DirectorySeparatorChar;
        string[] elsewhere = [$"-p:OutDir={output}", $"-p:TaskArithmeticIntermediateDir={workspace["record"]}/"];

        var first = workspace.Build(project, elsewhere);
        first.Result.ShouldSucceed();
        Assert.IsTrue(first.Says($"ModelProject -> {output}model"), first.Result.Output);
        Assert.IsTrue(first.Says("gate: PASS"), first.Result.Output);

        var second = workspace.Build(project, elsewhere);
        second.Result.ShouldSucceed();
        Assert.IsTrue(second.Skipped("MergeReasoningVectors"));
        Assert.IsTrue(second.Skipped("BenchmarkMergedModel"));
        Assert.AreEqual(0, second.Workers);
    }

    [TestMethod]
    public void The_chat_app_answers_with_the_model_of_its_build_what_our_engine_answers()
    {
        using var workspace = new Workspace(withPackage: false);
        var output = workspace["out"] + Path.DirectorySeparatorChar;
        workspace.Build(Path.Combine(Path.GetDirectoryName(Sample)!, "ChatApp", "ChatApp.csproj"), $"-p:OutDir={output}", $"-p:TaskArithmeticIntermediateDir={workspace["record"]}/").Result.ShouldSucceed();
        Assert.AreEqual(Workspace.DigestOf(workspace["out", "model.q8_0.gguf"]), Workspace.DigestOf(workspace["out", "models", "ChatModel.q8_0.gguf"]));
        workspace.Run(Path.Combine(RepositoryRoot.Path!, "artifacts", "bin", "TaskArithmetic.Tool", "release", "TaskArithmetic.Tool.dll"),
            "eval", workspace["out", "model"], "--benchmark", $"{Path.Combine(Sample, "benchmark", "arithmetic_chat.yaml")},limit=3", "--profile", "chat", "--output", workspace["scores"]).ShouldSucceed();

        foreach (var line in File.ReadLines(Directory.GetFiles(workspace["scores"], "samples_*.jsonl", SearchOption.AllDirectories).Single()))
        {
            var sample = JsonDocument.Parse(line).RootElement;
            var answer = workspace.Run(workspace["out", "ChatApp.dll"], sample.GetProperty("doc").GetProperty("question").GetString()!).ShouldSucceed().Output;
            Assert.AreEqual(sample.GetProperty("resps")[0][0].GetString()!.Trim(), answer.ReplaceLineEndings("\n").Trim());
            StringAssert.Contains(answer, "####");
        }
    }

    [TestMethod]
    public void The_sample_with_its_vector_subtracted_fails_its_gate_until_it_is_no_longer_asked()
    {
        using var workspace = new Workspace(withPackage: false);
        workspace.Write("Directory.Build.props", $"""<Project><Import Project="{Sample}/Directory.Build.props" /></Project>""");
        var text = File.ReadAllText(Path.Combine(Sample, "ModelProject.csproj"));
        StringAssert.Contains(text, "Alpha=\"1.0\"");
        var project = workspace.Write("Minus.csproj", text
            .Replace("Alpha=\"1.0\"", "Alpha=\"-1.0\"", StringComparison.Ordinal)
            .Replace("../../src/", $"{RepositoryRoot.Path}/src/", StringComparison.Ordinal)
            .Replace("\"models/", $"\"{Sample}/models/", StringComparison.Ordinal)
            .Replace(">models/", $">{Sample}/models/", StringComparison.Ordinal)
            .Replace("\"benchmark/", $"\"{Sample}/benchmark/", StringComparison.Ordinal));

        for (var build = 0; build < 2; build++)
        {
            var log = workspace.Build(project);
            log.Result.ShouldFail();
            log.ShouldPoint("TA4201", project, asError: true);
            Assert.AreEqual(build == 0 ? 1 : 0, log.Ran("MergeModel"));
        }
        workspace.Build(project, "-p:RunModelBenchmarks=false").Result.ShouldSucceed();
        workspace.Build(project, "-p:DesignTimeBuild=true").Result.ShouldSucceed();
    }
}
