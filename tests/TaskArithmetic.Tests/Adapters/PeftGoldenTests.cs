using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Inputs;
using TaskArithmetic.Safetensors;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Adapters;

/// <summary>Adapters that PEFT wrote, and what PEFT made of them.</summary>
[TestClass]
[RequiresShared("golden/peft")]
public sealed class PeftGoldenTests
{
    public static IEnumerable<object[]> Cases => Names("manifest.json").Select(c => new object[] { c });

    public static IEnumerable<object[]> Misfits => Names("refuse", "manifest.json").Select(c => new object[] { c });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void The_merged_tensors_are_those_of_merge_and_unload(string name)
    {
        var folder = SharedData.PathOf("golden", "peft", name);
        using var model = Checkpoint.Open(SharedData.PathOf("golden", "transformers", BaseOf(name, "manifest.json")));
        using var golden = SafetensorsFile.Open(Path.Combine(folder, "merged.changed.safetensors"));
        using var adapter = AdapterModel.Open(folder, model);

        CollectionAssert.AreEqual(golden.Header.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal).ToList(), Differing(adapter, model));
        foreach (var tensor in golden.Header.Tensors)
        {
            var expected = WholeInput.Read(golden, tensor);
            var merged = WholeInput.Read(adapter.Merged(tensor.Name, tensor.DType == DType.BF16 ? DType.BF16 : null));
            for (var i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], merged[i], 1e-6, $"{tensor.Name}[{i}]");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void The_delta_added_to_the_model_is_the_merged_model_however_it_is_cut(string name)
    {
        using var model = Checkpoint.Open(SharedData.PathOf("golden", "transformers", BaseOf(name, "manifest.json")));
        using var adapter = AdapterModel.Open(SharedData.PathOf("golden", "peft", name), model);

        Assert.IsNull(adapter.Delta("model.norm.nothing.weight"));
        foreach (var tensor in adapter.Changed)
        {
            var (merged, delta, stored) = (WholeInput.Read(adapter.Merged(tensor)), WholeInput.Read(adapter.Delta(tensor)!), WholeInput.Read(new StoredInput(model.Tensors[tensor])));
            for (var i = 0; i < merged.Length; i++)
                Assert.AreEqual(merged[i], stored[i] + delta[i], 1e-6, $"{tensor}[{i}]");
            CollectionAssert.AreEqual(merged, WholeInput.Read(adapter.Merged(tensor), 7), tensor);
            CollectionAssert.AreEqual(merged, WholeInput.Read(adapter.Merged(tensor), int.MaxValue / 2), tensor);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Misfits))]
    public void What_does_not_fit_is_refused_with_a_code(string name)
    {
        using var model = Checkpoint.Open(SharedData.PathOf("golden", "transformers", BaseOf(name, "refuse", "manifest.json")));
        var folder = SharedData.PathOf("golden", "peft", "refuse", name);
        var expected = name switch
        {
            "no-config" or "no-weights" => "TA2110",
            "not-lora" or "unknown-peft-type" => "TA2111",
            "one-B-missing" or "no-tensor-of-a-target" or "dora-flag-without-vectors" => "TA2112",
            "r-in-config-wrong" => "TA2113",
            "layer-beyond-base" or "prefix-missing" => "TA2114",
            "target-not-in-base" or "tensor-outside-targets" => "TA2115",
            "nan-in-B" => "TA2116",
            "shape-mismatch-base" => "TA2117",
            "unknown-config-key" => "TA1040",
            "minimal-old-config" => null,
            _ => throw new InvalidOperationException($"{name} is new here"),
        };
        if (expected is null or "TA1040")
        {
            using var adapter = AdapterModel.Open(folder, model);
            CollectionAssert.AreEqual(expected is null ? [] : new[] { expected }, adapter.Warnings.Select(w => w.Code).ToList());
            Assert.HasCount(6, Differing(adapter, model));
            return;
        }

        var refused = Assert.ThrowsExactly<DiagnosticException>(() => AdapterModel.Open(folder, model));

        Assert.Contains(expected, refused.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.Code));
    }

    [TestMethod]
    public void All_misfits_of_a_folder_are_told_at_once()
    {
        using var model = Checkpoint.Open(SharedData.PathOf("golden", "transformers", "llama-gqa"));
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(SharedData.PathOf("golden", "peft", "refuse", "one-B-missing")))
            File.Copy(file, folder[Path.GetFileName(file)]);
        var config = File.ReadAllText(folder["adapter_config.json"]);
        File.WriteAllText(folder["adapter_config.json"], config.Replace("\"v_proj\"", "\"k_proj\"", StringComparison.Ordinal).Replace("\"use_dora\": false", "\"use_dora\": true", StringComparison.Ordinal));

        var refused = Assert.ThrowsExactly<DiagnosticException>(() => AdapterModel.Open(folder.Path, model));

        var codes = refused.Diagnostics.Select(d => d.Code).ToList();
        Assert.HasCount(3, codes.FindAll(c => c == "TA2115"));
        Assert.IsGreaterThanOrEqualTo(6, codes.FindAll(c => c == "TA2112").Count);
    }

    [TestMethod]
    [DataRow("embed-tied")]
    [DataRow("head-tied")]
    public void A_change_to_one_side_of_a_tied_head_is_told(string name)
    {
        using var model = Checkpoint.Open(SharedData.PathOf("golden", "transformers", BaseOf(name, "manifest.json")));
        using var adapter = AdapterModel.Open(SharedData.PathOf("golden", "peft", name), model);
        Assert.Contains("TA1042", adapter.Warnings.Select(w => w.Code));
    }

    /// <summary>Changed tensors that really differ: bias "all" also stores what training left alone.</summary>
    private static List<string> Differing(AdapterModel adapter, Checkpoint model) =>
        [.. adapter.Changed.Where(name => !WholeInput.Read(adapter.Merged(name)).AsSpan().SequenceEqual(WholeInput.Read(new StoredInput(model.Tensors[name]))))];

    private static string BaseOf(string name, params string[] manifest)
    {
        using var json = Manifest(manifest);
        return json.RootElement.GetProperty("cases").EnumerateArray().First(c => c.GetProperty("name").GetString() == name).GetProperty("base").GetString()!;
    }

    private static List<string> Names(params string[] manifest)
    {
        if (!SharedData.Exists("golden/peft"))
            return ["absent"];
        using var json = Manifest(manifest);
        return [.. json.RootElement.GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];
    }

    private static JsonDocument Manifest(string[] parts) => JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf(["golden", "peft", .. parts])));
}
