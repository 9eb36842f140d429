using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tool.Tests;

/// <summary>extract, merge, check, inspect, compare and verify as processes.</summary>
[TestClass]
[RequiresShared("models/tiny-reasoner")]
public sealed class MergeCommandTests
{
    [TestMethod]
    [DataRow("tsv")]
    [DataRow("iso_c")]
    public async Task Methods_by_singular_values_load_libtorch_when_they_are_asked_for(string method)
    {
        using var tool = new ToolFolder();
        string[] call = ["merge", "--method", method, "--base", SharedModel.Reasoner("target"), "--vector", $"{SharedModel.Reasoner("grpo")},minus={SharedModel.Reasoner("sft")}", "--no-cache", "--json"];

        var first = await tool.RunAsync([.. call, "--output", tool["first"]]);
        var second = await tool.RunAsync([.. call, "--output", tool["second"], "--threads", "1"]);

        Assert.AreEqual(0, first.ExitCode, first.Error);
        Assert.IsGreaterThan(0, first.Json.GetProperty("summary").GetProperty("survived").GetInt64());
        CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(tool["first"], "model.safetensors")), File.ReadAllBytes(Path.Combine(tool["second"], "model.safetensors")));
        Assert.AreEqual(0, second.ExitCode, second.Error);
    }

    private static string Pair => $"{SharedModel.Reasoner("grpo")},minus={SharedModel.Reasoner("sft")}";

    [TestMethod]
    [RequiresShared("models/stories260K-variants")]
    public async Task A_merge_writes_the_same_bytes_with_one_thread_and_with_two()
    {
        using var tool = new ToolFolder();
        var shards = SharedData.PathOf("models", "stories260K-variants", "bf16-3-shards");
        var vector = $"{SharedData.PathOf("models", "stories260K-family", "add")},minus={SharedModel.Stories},alpha=0.7";

        foreach (var threads in (string[])["1", "2"])
        {
            var result = await tool.RunAsync("merge", "--base", shards, "--vector", vector, "--threads", threads, "--no-cache", "--output", tool[$"model{threads}"]);
            Assert.AreEqual(0, result.ExitCode, result.ToString());
        }

        var (one, two) = (Digests(tool["model1"]), Digests(tool["model2"]));
        Assert.IsTrue(one.Keys.Any(name => name.EndsWith(".safetensors", StringComparison.Ordinal)));
        Assert.AreEqual(string.Join('\n', one), string.Join('\n', two));
        Assert.AreNotEqual(Digests(shards).GetValueOrDefault("model.safetensors", ""), one.GetValueOrDefault("model.safetensors", "none"));
    }

    [TestMethod]
    public async Task A_vector_is_extracted_inspected_merged_compared_and_verified()
    {
        using var tool = new ToolFolder();
        var (vector, model) = (tool["vector.safetensors"], tool["model"]);

        var extract = await tool.RunAsync("extract", "--from", SharedModel.Reasoner("grpo"), "--minus", SharedModel.Reasoner("sft"), "--output", vector, "--json");
        var inspect = await tool.RunAsync("inspect", vector, "--json");
        var merge = await tool.RunAsync("merge", "--base", SharedModel.Reasoner("target"), "--vector", $"{vector},alpha=1.0", "--output", model, "--json");
        var same = await tool.RunAsync("compare", model, model);
        var other = await tool.RunAsync("compare", model, SharedModel.Reasoner("target"), "--json");
        var verify = await tool.RunAsync("verify", model, "--json");
        var rebuild = await tool.RunAsync("verify", model, "--rebuild");

        foreach (var result in (ToolResult[])[extract, inspect, merge, same, verify, rebuild])
            Assert.AreEqual(0, result.ExitCode, result.ToString());
        Assert.AreEqual(1, other.ExitCode, other.ToString());
        Assert.AreEqual(vector, extract.Json.GetProperty("files")[0].GetString());
        Assert.AreNotEqual(JsonValueKind.Null, inspect.Json.GetProperty("vector").ValueKind);
        Assert.AreEqual(model, merge.Json.GetProperty("output").GetString());
        Assert.IsGreaterThan(0, other.Json.GetProperty("different").GetInt32());
        Assert.IsGreaterThan(0, verify.Json.GetProperty("files").GetInt32());
    }

    [TestMethod]
    public async Task A_file_changed_after_the_merge_is_found_by_verify()
    {
        using var tool = new ToolFolder();
        await tool.RunAsync("merge", "--base", SharedModel.Reasoner("target"), "--vector", Pair, "--output", tool["model"], "--no-cache");
        var path = tool["model", "model.safetensors"];
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.Delete(path);
        File.WriteAllBytes(path, bytes);

        var result = await tool.RunAsync("verify", tool["model"]);

        Assert.AreEqual(1, result.ExitCode, result.ToString());
        Assert.AreEqual("TA3006", result.Codes.Single());
        Assert.Contains("model.safetensors", result.Error);
    }

    [TestMethod]
    public async Task A_check_tells_what_a_merge_would_do_and_writes_nothing()
    {
        using var tool = new ToolFolder();

        var result = await tool.RunAsync("check", "--base", SharedModel.Reasoner("target"), "--vector", Pair, "--json");

        Assert.AreEqual(0, result.ExitCode, result.ToString());
        Assert.IsGreaterThan(1_000_000, result.Json.GetProperty("outputBytes").GetInt64());
        Assert.IsGreaterThan(0.9, result.Json.GetProperty("summary").GetProperty("terms")[0].GetProperty("lowestCosine").GetDouble());
        Assert.IsEmpty(Directory.GetFiles(tool.Path));
    }

    [TestMethod]
    [RequiresShared("models/babyllama105")]
    public async Task Another_vocabulary_is_refused_with_both_sizes_and_every_other_problem()
    {
        using var tool = new ToolFolder();
        var baby = SharedData.PathOf("models", "babyllama105");

        var result = await tool.RunAsync("merge", "--base", SharedModel.Reasoner("target"), "--vector", $"{baby},minus={baby}", "--output", tool["model"]);

        Assert.AreEqual(2, result.ExitCode, result.ToString());
        Assert.Contains("its vocabulary has 105 rows, but the target's has 512", result.Error);
        foreach (var code in (string[])["TA2007", "TA2010", "TA2011", "TA2014", "TA2021"])
            Assert.Contains(code, result.Codes);
        Assert.IsFalse(Directory.Exists(tool["model"]));

        var json = await tool.RunAsync("merge", "--base", SharedModel.Reasoner("target"), "--vector", $"{baby},minus={baby}", "--output", tool["model"], "--json");
        var shape = json.Json.GetProperty("diagnostics").EnumerateArray().First(d => d.GetProperty("code").GetString() == "TA2007");
        Assert.StartsWith(baby, shape.GetProperty("file").GetString()!);
        StringAssert.Contains(shape.GetProperty("message").GetString(), $"'{shape.GetProperty("tensor").GetString()}'");
    }

    [TestMethod]
    public async Task Unrelated_donors_are_warned_about_or_refused_where_lineage_is_required()
    {
        using var tool = new ToolFolder();
        var unrelated = SharedModel.WithRandomWeights(SharedModel.Reasoner("sft"), tool["unrelated"]);
        string[] recipe = ["--base", SharedModel.Reasoner("target"), "--vector", $"{SharedModel.Reasoner("grpo")},minus={unrelated},alpha=0.1"];

        var warned = await tool.RunAsync(["merge", .. recipe, "--output", tool["model"]]);
        var refused = await tool.RunAsync(["merge", .. recipe, "--output", tool["other"], "--require-same-lineage"]);

        Assert.AreEqual(0, warned.ExitCode, warned.ToString());
        Assert.Contains("TA1001", warned.Codes);
        Assert.AreEqual(2, refused.ExitCode, refused.ToString());
        Assert.Contains("TA3003", refused.Codes);
        Assert.IsFalse(Directory.Exists(tool["other"]));
    }

    [TestMethod]
    public async Task Every_faulty_vector_is_told_at_once_and_to_machines_as_JSON()
    {
        using var tool = new ToolFolder();

        var result = await tool.RunAsync(
            "merge", "--base", SharedModel.Reasoner("target"), "--vector", "a,alpha=many", "--vector", "b,beta=1", "--output", tool["model"], "--json");

        Assert.AreEqual(2, result.ExitCode, result.ToString());
        Assert.HasCount(2, result.Codes);
        Assert.AreEqual(string.Join(' ', result.Codes), string.Join(' ', result.Json.GetProperty("diagnostics").EnumerateArray().Select(d => d.GetProperty("code").GetString())));
    }

    private static SortedDictionary<string, string> Digests(string folder) => new(
        Directory.EnumerateFiles(folder).ToDictionary(f => Path.GetFileName(f), f => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f)))), StringComparer.Ordinal);
}
