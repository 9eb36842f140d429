using System.Diagnostics;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tool.Tests;

/// <summary>eval where answers come from a server, and where answers are programs.</summary>
[TestClass]
[RequiresShared("data/gsm8k")]
public sealed class EvalEngineTests
{
    [TestMethod]
    public async Task A_server_answers_in_place_of_the_embedded_engine()
    {
        using var tool = new ToolFolder();
        using var server = Process.Start(new ProcessStartInfo("dotnet", [ToolFolder.Library("TaskArithmetic.Evaluation.Tests.EndpointServer")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var address = new Uri(new Uri((await server.StandardOutput.ReadLineAsync())!), "tool/openai/v1");

        var result = await tool.RunAsync("eval", "toy", "--engine", address.ToString(), "--benchmark", "gsm8k", "--limit", "2", "--data", SharedData.PathOf("data"), "--output", tool["out"]);
        server.StandardInput.Close();
        await server.WaitForExitAsync();

        Assert.AreEqual(0, result.ExitCode, result.ToString());
        var lines = GoldenSamples.Written(tool["out"], "gsm8k");
        Assert.HasCount(4, lines);
        // The server gives a prompt's last line backwards, and goes on until a stop string.
        Assert.IsTrue(lines.All(l => l.GetProperty("resps")[0][0].GetString() == ":rewsnA\n"), lines[0].GetProperty("resps").ToString());
    }

    [TestMethod]
    public async Task A_server_that_is_not_there_is_an_environment_fault()
    {
        using var tool = new ToolFolder();

        var result = await tool.RunAsync("eval", "toy", "--engine", "http://127.0.0.1:9/v1", "--benchmark", "gsm8k", "--limit", "1", "--data", SharedData.PathOf("data"), "--output", tool["out"]);

        Assert.AreEqual(4, result.ExitCode, result.ToString());
        Assert.StartsWith("TA41", result.Codes.Single());
    }

    [TestMethod]
    [RequiresShared("models/stories260K")]
    public async Task Programs_are_skipped_without_permission_and_not_scored_zero()
    {
        using var tool = new ToolFolder();

        var result = await tool.RunAsync(HumanEval(tool));

        Assert.AreEqual(0, result.ExitCode, result.ToString());
        var task = result.Json.GetProperty("model").GetProperty("runs")[0].GetProperty("tasks")[0];
        Assert.AreEqual(0, task.GetProperty("scores").GetArrayLength());
        Assert.Contains("--allow-code-execution", task.GetProperty("skippedBecause").GetString()!);
        Assert.AreEqual("TA4041", string.Join(' ', Findings(result)));
        Assert.HasCount(2, GoldenSamples.Written(tool["out"], "humaneval"));
    }

    [TestMethod]
    [RequiresShared("models/stories260K")]
    [OSCondition(OperatingSystems.Linux)]
    public async Task Programs_run_in_the_sandbox_where_allowed()
    {
        using var tool = new ToolFolder();
        var doctor = await tool.RunAsync("doctor", "--json");
        if (doctor.Json.GetProperty("sandbox").GetString() is ['n', 'o', 'n', 'e', ..] none)
            Assert.Inconclusive(none);

        var result = await tool.RunAsync([.. HumanEval(tool), "--allow-code-execution", "sandbox"]);

        Assert.AreEqual(0, result.ExitCode, result.ToString());
        var score = result.Json.GetProperty("model").GetProperty("runs")[0].GetProperty("tasks")[0].GetProperty("scores")[0];
        Assert.AreEqual("pass@1", score.GetProperty("metric").GetString());
        Assert.AreEqual(0.0, score.GetProperty("value").GetDouble());
        Assert.IsTrue(GoldenSamples.Written(tool["out"], "humaneval").All(l => l.GetProperty("pass@1").GetDouble() == 0));
    }

    private static string[] HumanEval(ToolFolder tool) =>
        ["eval", SharedModel.Stories, "--benchmark", "humaneval", "--limit", "2", "--gen-kwargs", "max_gen_toks=16", "--data", SharedData.PathOf("data"), "--device", "cpu", "--output", tool["out"], "--json"];

    /// <summary>With --json the log goes to standard error too.</summary>
    private static IEnumerable<string> Findings(ToolResult result) => result.Error.Split('\n')
        .Where(l => l.StartsWith("taskarithmetic: ", StringComparison.Ordinal)).Select(l => l.Split(' ')[2].TrimEnd(':'));
}
