using System.Text.Json;
using System.Xml.Linq;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tool.Tests;

/// <summary><c>compare</c> of task vectors, and what <c>check</c> says of several, as processes.</summary>
[TestClass]
[RequiresShared("golden/mergekit/inputs/bfloat16")]
public sealed class CompareVectorsTests
{
    [TestMethod]
    [RequiresShared("golden/rl-methods/measures")]
    public async Task Two_models_of_one_base_are_compared_as_vectors()
    {
        using var tool = new ToolFolder();

        var text = await tool.RunAsync("compare", Model("grpo"), Model("extra"), "--base", Model("sft"), "--target", Model("target"));
        var json = await tool.RunAsync("compare", Model("grpo"), Model("extra"), "--base", Model("sft"), "--target", Model("target"), "--json");

        using var golden = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("golden", "rl-methods", "measures", "bfloat16_grpo_extra.json")));
        var expected = golden.RootElement.GetProperty("whole_model");
        var whole = Group(json, "whole", "all");
        var (a, pair) = (whole.GetProperty("vectors")[0], whole.GetProperty("pairs")[0]);
        Assert.AreEqual(expected.GetProperty("conflict").GetInt64(), pair.GetProperty("conflicts").GetInt64());
        Assert.AreEqual(expected.GetProperty("survives_bf16").GetInt64(), a.GetProperty("survivingBf16").GetInt64());
        Assert.AreEqual(expected.GetProperty("jaccard").GetDouble(), pair.GetProperty("jaccard").GetDouble(), 1e-12);
        Assert.AreEqual(expected.GetProperty("cosine").GetDouble(), pair.GetProperty("cosine").GetDouble(), 1e-9);
        Assert.AreEqual(26, json.Json.GetProperty("different").GetInt32());
        Assert.AreEqual(1, text.ExitCode, text.ToString());
        Assert.Contains($"a = {Model("grpo")} − {Model("sft")}", text.Output);
        Assert.Contains("50.2 %", text.Output);
        Assert.Contains("add them at full strength", text.Output.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal));
        Assert.IsEmpty(text.Output.Split('\n').Where(l => l.Length > 80 && !l.Contains('/')).ToList(), text.ToString());
    }

    [TestMethod]
    public async Task A_vector_file_equals_the_pair_that_it_was_extracted_from()
    {
        using var tool = new ToolFolder();
        var vector = tool["vector.safetensors"];
        await tool.RunAsync("extract", "--from", Model("grpo"), "--minus", Model("sft"), "--output", vector);

        var result = await tool.RunAsync("compare", $"{Model("grpo")},minus={Model("sft")}", vector, "--json");

        Assert.AreEqual(0, result.ExitCode, result.ToString());
        var whole = Group(result, "whole", "all");
        Assert.AreEqual(1, whole.GetProperty("pairs")[0].GetProperty("cosine").GetDouble(), 1e-12);
        Assert.AreEqual(26, result.Json.GetProperty("equal").GetInt32());
        // Only the pair says what its base is.
        Assert.AreEqual(JsonValueKind.Number, whole.GetProperty("vectors")[0].GetProperty("sparsityBf16").ValueKind);
        Assert.AreEqual(JsonValueKind.Null, whole.GetProperty("vectors")[1].GetProperty("sparsityBf16").ValueKind);
    }

    [TestMethod]
    public async Task Two_vector_files_are_compared_as_weights_and_as_vectors()
    {
        using var tool = new ToolFolder();
        await tool.RunAsync("extract", "--from", Model("grpo"), "--minus", Model("sft"), "--output", tool["a.safetensors"]);
        await tool.RunAsync("extract", "--from", Model("extra"), "--minus", Model("sft"), "--output", tool["b.safetensors"]);

        var result = await tool.RunAsync("compare", tool["a.safetensors"], tool["b.safetensors"], "--json");

        Assert.AreEqual(26, result.Json.GetProperty("tensors").GetArrayLength());
        Assert.AreEqual(-0.00425, Group(result, "whole", "all").GetProperty("pairs")[0].GetProperty("cosine").GetDouble(), 1e-4);
    }

    [TestMethod]
    [RequiresShared("golden/peft")]
    public async Task An_adapter_is_what_it_adds_to_its_model()
    {
        using var tool = new ToolFolder();
        var (adapter, model) = (SharedData.PathOf("golden", "peft", "dora"), SharedData.PathOf("golden", "transformers", "llama-gqa"));

        var result = await tool.RunAsync("compare", adapter, Path.Combine(adapter, "merged.changed.safetensors"), "--base", model, "--json");
        var alone = await tool.RunAsync("compare", adapter, adapter, "--json");

        Assert.AreEqual(1, Group(result, "whole", "all").GetProperty("pairs")[0].GetProperty("cosine").GetDouble(), 1e-9);
        Assert.AreEqual(2, alone.ExitCode, alone.ToString());
    }

    [TestMethod]
    public async Task Check_tells_how_the_vectors_of_a_recipe_lie_to_each_other()
    {
        using var tool = new ToolFolder();
        string[] call = ["check", "--base", Model("target"), "--vector", $"{Model("grpo")},minus={Model("sft")},alpha=0.5", "--vector", $"{Model("extra")},minus={Model("sft")},tensors=**/mlp/**"];

        var text = await tool.RunAsync(call);
        var json = await tool.RunAsync([.. call, "--heatmap", tool["map.svg"], "--heatmap-of", "survival:2", "--json"]);
        var compared = await tool.RunAsync("compare", $"{Model("grpo")},alpha=0.5", Model("extra"), "--base", Model("sft"), "--target", Model("target"), "--json");

        Assert.AreEqual(0, text.ExitCode, text.ToString());
        Assert.Contains("v1 and v2 by kind of tensor", text.Output);
        // The same blocks in the same order: the same bits.
        Assert.AreEqual(
            Group(compared, "kind", "gate").GetProperty("pairs")[0].GetRawText(), Group(json, "kind", "gate").GetProperty("pairs")[0].GetRawText());
        Assert.AreEqual(
            Group(compared, "whole", "all").GetProperty("vectors")[0].GetProperty("survivingBf16").GetInt64(),
            Group(json, "whole", "all").GetProperty("vectors")[0].GetProperty("survivingBf16").GetInt64());
        // A tensor that a vector does not touch is zero in it.
        Assert.AreEqual(1, Group(json, "kind", "q").GetProperty("vectors")[1].GetProperty("zeroShare").GetDouble());
        Assert.AreEqual(JsonValueKind.Null, Group(json, "kind", "q").GetProperty("pairs")[0].GetProperty("cosine").ValueKind);
        Assert.AreEqual("svg", XDocument.Load(tool["map.svg"]).Root!.Name.LocalName);
    }

    [TestMethod]
    [RequiresShared("golden/rl-methods/measures")]
    public async Task Singular_values_are_those_of_the_golden_report_with_libtorch_too()
    {
        using var tool = new ToolFolder();

        var compare = await tool.RunAsync("compare", Model("grpo"), Model("extra"), "--base", Model("sft"), "--spectrum", "--json", "--heatmap", tool["drift.svg"], "--heatmap-of", "spectrum-drift:2");
        var check = await tool.RunAsync("check", "--base", Model("target"), "--vector", $"{Model("grpo")},minus={Model("sft")}", "--spectrum", "--spectrum-rank", "8", "--json");

        const string name = "model.layers.0.mlp.down_proj.weight";
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("golden", "rl-methods", "measures", "bfloat16_grpo_extra.json")));
        var expected = golden.RootElement.GetProperty("tensors").GetProperty(name);
        foreach (var result in (ToolResult[])[compare, check])
        {
            var a = Group(result, "tensor", name).GetProperty("vectors")[0];
            Assert.AreEqual(expected.GetProperty("spectral").GetProperty("nss_a").GetDouble(), a.GetProperty("spectrumDrift").GetDouble(), 1e-6);
            Assert.AreEqual(expected.GetProperty("spectral").GetProperty("stable_rank_a").GetDouble(), a.GetProperty("stableRank").GetDouble(), 1e-3);
            Assert.AreEqual(expected.GetProperty("spectral").GetProperty("cos_right")[7].GetDouble(), a.GetProperty("rightSubspaceCosines")[7].GetDouble(), 1e-4);
            Assert.AreEqual(expected.GetProperty("principal").GetProperty("overlap_principal").GetDouble(), a.GetProperty("principalOverlap").GetDouble(), 1e-3);
            Assert.AreEqual(1, a.GetProperty("energyRetained")[3].GetDouble());
        }
        Assert.Contains("drift of the singular values", File.ReadAllText(tool["drift.svg"]));
    }

    [TestMethod]
    public async Task A_heat_map_shows_the_numbers_of_the_report()
    {
        using var tool = new ToolFolder();
        string[] call = ["compare", Model("grpo"), Model("extra"), "--base", Model("sft"), "--json"];

        var cosine = await tool.RunAsync([.. call, "--heatmap", tool["sub", "cosine.svg"]]);
        var change = await tool.RunAsync("compare", Model("sft"), Model("grpo"), "--heatmap", tool["change.svg"]);
        await tool.RunAsync([.. call, "--heatmap", tool["again.svg"], "--threads", "1"]);

        var expected = Group(cosine, "tensor", "model.layers.1.mlp.gate_proj.weight").GetProperty("pairs")[0].GetProperty("cosine").GetDouble();
        var titles = XDocument.Load(tool["sub", "cosine.svg"]).Descendants().Where(e => e.Name.LocalName == "title").Select(e => e.Value).ToList();
        CollectionAssert.Contains(titles, FormattableString.Invariant($"1, gate: {expected:R}"));
        Assert.AreEqual(File.ReadAllText(tool["sub", "cosine.svg"]), File.ReadAllText(tool["again.svg"]));
        Assert.Contains("change |b − a| / |a|", File.ReadAllText(tool["change.svg"]));
        Assert.Contains($"heat map -> {tool["change.svg"]}", change.Output);
    }

    [TestMethod]
    [DataRow("TA2132", "MODEL", "MODEL,minus=BASE")]
    [DataRow("TA2130", "MODEL,foo=1", "MODEL", "--base", "BASE")]
    [DataRow("TA2130", "MODEL,alpha=much", "MODEL", "--base", "BASE")]
    [DataRow("TA2131", "MODEL", "MODEL", "--base", "BASE", "--tensors", "no.such.*")]
    [DataRow("TA2134", "MODEL", "MODEL", "--base", "BASE", "--heatmap", "map.svg", "--heatmap-of", "cosin")]
    [DataRow("TA2134", "MODEL", "MODEL", "--base", "BASE", "--heatmap", "map.svg", "--heatmap-of", "norm:3")]
    [DataRow("TA2134", "MODEL", "MODEL", "--base", "BASE", "--heatmap", "map.svg", "--heatmap-of", "cosine:1")]
    [DataRow("TA2134", "MODEL", "MODEL", "--heatmap", "map.svg", "--heatmap-of", "sign-conflict")]
    [DataRow("TA2134", "MODEL", "MODEL", "--heatmap-of", "change")]
    [DataRow("TA2135", "MODEL", "MODEL", "--base", "BASE", "--heatmap", "map.svg", "--heatmap-of", "stable-rank")]
    [DataRow("TA2001", "MODEL", "absent", "--base", "BASE")]
    public async Task What_cannot_be_compared_or_drawn_is_refused(string code, params string[] arguments)
    {
        using var tool = new ToolFolder();
        string[] call = ["compare", .. arguments.Select(a => a.Replace("MODEL", Model("grpo"), StringComparison.Ordinal).Replace("BASE", Model("sft"), StringComparison.Ordinal))];

        var result = await tool.RunAsync(call);

        Assert.AreEqual(2, result.ExitCode, result.ToString());
        Assert.Contains($"error {code}:", result.Error);
        Assert.IsFalse(File.Exists(tool["map.svg"]));
    }

    [TestMethod]
    [DataRow("model.safetensors")]
    [DataRow("weights.svg")]
    [DataRow("folder.svg")]
    [DataRow("map.txt")]
    public async Task A_heat_map_never_takes_the_place_of_another_file(string name)
    {
        using var tool = new ToolFolder();
        File.WriteAllText(tool["model.safetensors"], "weights");
        File.CreateSymbolicLink(tool["weights.svg"], tool["model.safetensors"]);
        Directory.CreateDirectory(tool["folder.svg"]);

        var compare = await tool.RunAsync("compare", Model("sft"), Model("grpo"), "--heatmap", tool[name]);
        var check = await tool.RunAsync("check", "--base", Model("sft"), "--vector", $"{Model("grpo")},minus={Model("sft")}", "--heatmap", tool[name]);

        foreach (var result in new[] { compare, check })
        {
            Assert.AreEqual(2, result.ExitCode, result.ToString());
            Assert.Contains("error TA2052:", result.Error);
        }
        Assert.AreEqual("weights", File.ReadAllText(tool["model.safetensors"]));
        Assert.AreEqual("", string.Join(' ', Directory.GetFileSystemEntries(tool["folder.svg"])));
        Assert.IsFalse(File.Exists(tool["map.txt"]));
    }

    [TestMethod]
    public async Task A_heat_map_takes_the_place_of_an_earlier_one_through_a_link_that_stays()
    {
        using var tool = new ToolFolder();
        File.WriteAllText(tool["former.svg"], "<svg/>");
        File.CreateSymbolicLink(tool["map.svg"], tool["former.svg"]);

        await tool.RunAsync("compare", Model("sft"), Model("grpo"), "--heatmap", tool["map.svg"]);

        Assert.IsNotNull(new FileInfo(tool["map.svg"]).LinkTarget);
        Assert.Contains("viewBox", File.ReadAllText(tool["former.svg"]));
    }

    [TestMethod]
    public async Task A_heat_map_that_cannot_be_written_ends_with_4()
    {
        using var tool = new ToolFolder();
        File.WriteAllText(tool["file"], "");

        var result = await tool.RunAsync("compare", Model("sft"), Model("grpo"), "--heatmap", tool["file", "map.svg"]);

        Assert.AreEqual(4, result.ExitCode, result.ToString());
        Assert.Contains("error TA2133:", result.Error);
    }

    private static string Model(string name) => SharedData.PathOf("golden", "mergekit", "inputs", "bfloat16", name);

    private static JsonElement Group(ToolResult result, string level, string name) => result.Json.GetProperty("interference").GetProperty("groups").EnumerateArray()
        .Single(g => g.GetProperty("level").GetString() == level && g.GetProperty("name").GetString() == name);
}
