using System.Text;
using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tool.Tests;

/// <summary>
/// Damaged command lines and response files: each call is understood or refused, with findings in canonical form and, if asked for, one JSON
/// value. <c>TASKARITHMETIC_MUTATIONS=20000</c> is the long form.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class CommandLineMutationTests
{
    private static readonly string[] Words =
    [
        "--json", "--", "@", "@/dev/zero", "@/dev/stdin", "@.", "--help", "--version", "--base", "--vector", "--output=", "--lambda", "NaN", "1e999", "--threads", "99999999999",
        "--max-shard-size", "5GB", "alpha=[", "alpha=[1,2,", "tensors=**", ",minus=", "\u001b[2J", "\u202e", "\"", "'", "\\", "#", "[diagram]", "[suggest:3]", "--origin", "--sort", "--tensors", "[*", "-h", "-x", "--x=--y",
    ];

    [TestMethod]
    public void Every_damaged_command_line_is_understood_or_refused_with_a_code()
    {
        using var folder = new TemporaryFolder();
        var seeds = Calls(folder).Select(call => Encoding.UTF8.GetBytes(string.Join('\n', call)));

        new MutationRun("command line", bytes => Require(Encoding.UTF8.GetString(bytes).Split('\n')))
            .Require(new Mutation([.. seeds], Words), Mutation.Count(300));
    }

    [TestMethod]
    public void Every_damaged_response_file_is_understood_or_refused_with_a_code()
    {
        using var folder = new TemporaryFolder();
        var file = folder["call.rsp"];
        var seeds = Calls(folder).Select(call => Encoding.UTF8.GetBytes("# input models/target\n" + string.Concat(call.Select(a => $"\"{a}\"\n"))));

        new MutationRun("response file", bytes =>
        {
            File.WriteAllBytes(file, bytes);
            Require("@" + file);
        }).Require(new Mutation([.. seeds], Words), Mutation.Count(300));
    }

    /// <summary>Calls that stop early: their models do not exist, so that nothing is written and nothing large is read.</summary>
    private static string[][] Calls(TemporaryFolder folder) =>
    [
        ["merge", "--base", folder["target"], "--vector", $"{folder["grpo"]},minus={folder["sft"]},alpha=[0.8,0.2],tensors=**/mlp/**", "--output", folder["out"], "--lambda", "0.5", "--cache-dir", folder["cache"], "--json"],
        ["check", "--base", folder["target"], "--vector", folder["v.safetensors"], "--precision", "mergekit", "--working-dtype", "bfloat16", "--sort", "survival", "--no-cache"],
        ["extract", "--from", folder["grpo"], "--minus", folder["sft"], "--output", folder["v.safetensors"], "--max-shard-size", "1MiB", "--cache-dir", folder["cache"]],
        ["inspect", folder["target"], "--tensors", "*.q_proj.*", "--json"],
        ["compare", folder["a"], folder["b"], "--all", "--threads", "2", "--origin", "app.csproj"],
        ["verify", folder["model"], "--rebuild", "--cache-dir", folder["cache"]],
        ["eval", folder["model"], "--benchmark", "sciq,limit=3,min-score=40", "--output", folder["results"], "--offline", "--profile", "chat", "--cache-dir", folder["cache"]],
        ["cache", "list", "--cache-dir", folder["cache"], "--json"],
    ];

    private static void Require(params string[] arguments)
    {
        var result = InProcessTool.Run(arguments);

        Assert.IsTrue(result.ExitCode is 0 or 1 or 2 or 3 or 4, result.ToString());
        Assert.DoesNotContain("TA0030", result.Error);
        Assert.DoesNotContain("   at ", result.Error);
        Assert.IsEmpty((result.Output + result.Error).Where(c => char.IsControl(c) && c != '\n').ToList(), result.ToString());
        if (result.Output.StartsWith('{'))
            Assert.AreEqual(result.ExitCode, JsonDocument.Parse(result.Output).RootElement.GetProperty("exitCode").GetInt32());
        if (result.ExitCode > 1)
            Assert.IsTrue(result.Error.Contains("error TA", StringComparison.Ordinal) || result.Output.Contains("Usage:", StringComparison.Ordinal), result.ToString());
    }
}
