using System.Text.Json.Nodes;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Sources.Tests.Hub;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tool.Tests;

/// <summary>Models, vectors and adapters named on the hub, wherever a path is accepted.</summary>
[TestClass]
[RequiresShared("models/tiny-reasoner")]
public sealed class HubReferenceTests : IDisposable
{
    private const string Commit = "89abcdef0123456789abcdef0123456789abcdef";

    private readonly HubServer server = new();
    private readonly ToolFolder tool = new();

    public HubReferenceTests()
    {
        foreach (var name in new[] { "target", "grpo", "sft" })
            server.Serve($"acme/{name}", Commit, Model(name));
        tool.Environment["HF_ENDPOINT"] = server.Address;
        tool.Environment["HF_HUB_CACHE"] = tool["hub"];
        tool.Environment["HF_HOME"] = tool["home"];
        tool.Environment["HF_HUB_OFFLINE"] = tool.Environment["HF_TOKEN"] = null;
    }

    public void Dispose()
    {
        server.Dispose();
        tool.Dispose();
    }

    [TestMethod]
    public async Task A_merge_of_references_has_the_bytes_of_one_of_folders_and_is_repeated_without_network()
    {
        string[] references = ["--base", "hf:acme/target", "--vector", "hf:acme/grpo@main,minus=hf:acme/sft,alpha=0.7"];
        await Done("merge", "--base", SharedModel.Reasoner("target"), "--vector", $"{SharedModel.Reasoner("grpo")},minus={SharedModel.Reasoner("sft")},alpha=0.7", "--output", tool["local"], "--no-cache");

        await Done(["merge", .. references, "--output", tool["model"], "--no-cache"]);

        CollectionAssert.AreEqual(await File.ReadAllBytesAsync(tool["local", "model.safetensors"]), await File.ReadAllBytesAsync(tool["model", "model.safetensors"]));
        var record = JsonNode.Parse(await File.ReadAllTextAsync(tool["model", "taskarithmetic.json"]))!;
        Assert.AreEqual($"hf:acme/target@{Commit}", (string?)record["recipe"]!["base"]);
        Assert.AreEqual($"hf:acme/sft@{Commit}", (string?)record["recipe"]!["inputs"]![0]!["minus"]);
        CollectionAssert.AreEqual(new[] { "target", "grpo", "sft" }.Select(n => $"hf:acme/{n}@{Commit}").ToList(), record["inputs"]!.AsArray().Select(i => (string)i!["reference"]!).ToList());
        Assert.DoesNotContain(tool["hub"], await File.ReadAllTextAsync(tool["model", "taskarithmetic.json"]));
        StringAssert.Contains(await File.ReadAllTextAsync(tool["model", "README.md"]), "acme/target");
        // Three models' digests, checked while they came.
        Assert.HasCount(3, Directory.GetFiles(Path.Combine(tool.Cache, "digests")).Where(note => File.ReadAllText(note).Contains(tool["hub"], StringComparison.Ordinal)).ToList());

        server.Dispose();
        await Done(["merge", .. references, "--output", tool["offline"], "--no-cache", "--offline"]);
        await Done("merge", "--recipe", tool["model", "taskarithmetic.json"], "--output", tool["again"], "--no-cache", "--offline");
        await Done("verify", tool["model"], "--rebuild", "--offline");
        foreach (var copy in new[] { "offline", "again" })
            CollectionAssert.AreEqual(await File.ReadAllBytesAsync(tool["model", "taskarithmetic.json"]), await File.ReadAllBytesAsync(tool[copy, "taskarithmetic.json"]));
    }

    [TestMethod]
    public async Task Mergekits_bare_names_are_names_on_the_hub()
    {
        await File.WriteAllTextAsync(tool["merge.yml"], $$"""
            merge_method: task_arithmetic
            base_model: acme/target@{{Commit}}
            models:
              - model: acme/grpo
                parameters: { weight: 0.5 }
            """);

        await Done("merge", "--mergekit", tool["merge.yml"], "--output", tool["model"], "--no-cache");

        var record = JsonNode.Parse(await File.ReadAllTextAsync(tool["model", "taskarithmetic.json"]))!;
        Assert.AreEqual($"hf:acme/grpo@{Commit}", (string?)record["recipe"]!["inputs"]![0]!["path"]);

        await File.WriteAllTextAsync(tool["none.yml"], "merge_method: passthrough\nmodels:\n  - model: acme/none\n");
        var none = await tool.RunAsync("merge", "--mergekit", tool["none.yml"], "--output", tool["none"]);
        CollectionAssert.AreEqual(new[] { "TA5001" }, none.Codes.ToList(), none.ToString());
        StringAssert.Contains(none.Error, "'acme/none' is no folder here");
    }

    [TestMethod]
    public async Task Inspect_reads_the_headers_of_a_model_and_none_of_its_weights()
    {
        var here = await Done("inspect", SharedModel.Reasoner("target"), "--json");

        var there = await Done("inspect", "hf:acme/target", "--json");

        Assert.AreEqual(here.Json.GetProperty("tensors").GetRawText(), there.Json.GetProperty("tensors").GetRawText());
        Assert.AreEqual($"hf:acme/target@{Commit}", there.Json.GetProperty("path").GetString());
        Assert.AreEqual($"hf:acme/target@{Commit}/model.safetensors", there.Json.GetProperty("files")[0].GetProperty("path").GetString());
        var weights = server.Repositories["acme/target"].Commits[Commit]["model.safetensors"];
        Assert.IsFalse(File.Exists(tool["hub", "models--acme--target", "blobs", weights.Digest]));
        foreach (var request in server.Requests.Where(r => r.Server == "cdn"))
            StringAssert.StartsWith(request.Headers["range"], "bytes=0-");
    }

    [TestMethod]
    public async Task Every_verb_that_reads_models_takes_references()
    {
        await Done("extract", "--from", "hf:acme/grpo", "--minus", "hf:acme/sft", "--output", tool["vector.safetensors"]);
        server.Serve("acme/vectors", Commit, new() { ["math/vector.safetensors"] = ServedFile.Of(await File.ReadAllBytesAsync(tool["vector.safetensors"]), isLarge: true), ["math/notes.bin"] = ServedFile.Of([1], isLarge: false) });

        await Done("compare", "hf:acme/target", SharedModel.Reasoner("target"));
        await Done("check", "--base", "hf:acme/target", "--vector", "hf:acme/vectors/math/vector.safetensors,alpha=0.5");
        await Done("combine", "--vector", "hf:acme/vectors/math/vector.safetensors", "--vector", tool["vector.safetensors"], "--output", tool["sum.safetensors"]);
        await Done("compress", "hf:acme/vectors/math/vector.safetensors", "--form", "zstd", "--output", tool["small.safetensors"]);

        Assert.IsFalse(File.Exists(tool["hub", "models--acme--vectors", "snapshots", Commit, "math", "notes.bin"]));
    }

    [TestMethod]
    public async Task Only_what_a_model_needs_is_fetched()
    {
        var files = Model("target");
        files["pytorch_model.bin"] = ServedFile.Of([1, 2, 3], isLarge: true);
        files["original/params.safetensors"] = ServedFile.Of([1, 2, 3], isLarge: true);
        files["picture.png"] = ServedFile.Of([1], isLarge: false);
        server.Serve("acme/full", Commit, files);

        await Done("compare", "hf:acme/full", SharedModel.Reasoner("target"));

        var asked = server.Requests.Where(r => r.Method == "HEAD").Select(r => r.Path.Split('/')[^1]).ToList();
        Assert.DoesNotContain("pytorch_model.bin", asked);
        Assert.DoesNotContain("params.safetensors", asked);
        Assert.DoesNotContain("picture.png", asked);
        Assert.Contains("config.json", asked);
    }

    [TestMethod]
    public async Task Everything_that_cannot_be_had_is_told_at_once_with_what_to_do()
    {
        server.Serve("acme/pickles", Commit, new() { ["config.json"] = ServedFile.Of("{}"u8.ToArray(), isLarge: false), ["pytorch_model.bin"] = ServedFile.Of([1], isLarge: true) });
        server.Repositories["acme/gated"] = server.Repositories["acme/target"] with { IsGated = true };

        var result = await tool.RunAsync("merge", "--base", "hf:acme/gated", "--vector", "hf:acme/pickles", "--vector", "hf:acme/none", "--vector", "hf:acme/grpo@v9", "--vector", "hf:a--b", "--output", tool["model"]);

        CollectionAssert.AreEquivalent(new[] { "TA5004", "TA5013", "TA5001", "TA5002", "TA5000" }, result.Codes.ToList(), result.ToString());
        StringAssert.Contains(result.Error, "runs whatever code it holds");
        Assert.IsFalse(Directory.Exists(tool["model"]));
    }

    [TestMethod]
    public async Task Offline_with_an_empty_cache_is_a_matter_of_the_machine()
    {
        var result = await tool.RunAsync("merge", "--base", "hf:acme/target", "--vector", "hf:acme/grpo", "--output", tool["model"], "--offline");

        CollectionAssert.AreEqual(new[] { "TA5009", "TA5009" }, result.Codes.ToList());
        Assert.AreEqual(4, result.ExitCode);
        Assert.IsEmpty(server.Requests);
    }

    private static Dictionary<string, ServedFile> Model(string name) => Directory.EnumerateFiles(SharedModel.Reasoner(name)).ToDictionary(
        file => Path.GetFileName(file), file => ServedFile.Of(File.ReadAllBytes(file), isLarge: file.EndsWith(".safetensors", StringComparison.Ordinal)));

    private async Task<ToolResult> Done(params string[] arguments)
    {
        var result = await tool.RunAsync(arguments);
        Assert.AreEqual(0, result.ExitCode, result.ToString());
        return result;
    }
}
