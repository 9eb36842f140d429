using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Kernels;
using TaskArithmetic.Provenance;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Diagnostics;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Merging;

/// <summary>PEFT folders as vectors, as donors and as models of a merge.</summary>
[TestClass]
[RequiresShared("golden/peft")]
public sealed class AdapterMergeTests
{
    private readonly MergeScene scene = new();

    public static IEnumerable<object[]> Cases => Manifest("manifest.json").Select(c => new object[] { c.Name, c.Base });

    /// <summary>All but the two that are taken, one with a warning.</summary>
    public static IEnumerable<object[]> Misfits => Manifest("refuse", "manifest.json").Where(c => c.Name is not ("unknown-config-key" or "minimal-old-config")).Select(c => new object[] { c.Name, c.Base });

    [TestCleanup]
    public void RemoveFolders() => scene.Dispose();

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void An_adapter_added_to_its_model_is_what_peft_merges(string name, string model)
    {
        var recipe = MergeScene.RecipeOf(Model(model), MergeScene.Vector(Adapter(name))) with { RequireSameLineage = true };

        var report = scene.Run(recipe);

        Assert.IsFalse(report.Findings.Any(f => f.Code == "TA1004"), "an adapter needs no metadata of a vector");
        AssertMerged(name);
        CollectionAssert.Contains(ProvenanceFile.Read(scene.Output).Inputs.Single(i => i.Role == "vector").Files.Select(f => f.Name).ToList(), "adapter_config.json");
    }

    [TestMethod]
    [DataRow("plain-r4")]
    [DataRow("dora")]
    [DataRow("save-lm-head")]
    public void An_adapter_minus_its_model_is_the_same_vector(string name)
    {
        var model = Cases.Single(c => (string)c[0] == name)[1].ToString()!;

        scene.Run(MergeScene.RecipeOf(Model(model), MergeScene.Pair(Adapter(name), Model(model))));

        AssertMerged(name);
    }

    [TestMethod]
    [DynamicData(nameof(Misfits))]
    public void An_adapter_that_does_not_fit_is_refused_before_anything_is_written(string name, string model)
    {
        var findings = scene.RefusedBeforeWriting(MergeScene.RecipeOf(Model(model), MergeScene.Vector(SharedData.PathOf("golden", "peft", "refuse", name))));

        Assert.IsTrue(findings.Any(f => f.Severity == DiagnosticSeverity.Error && f.Code.StartsWith("TA21", StringComparison.Ordinal)), string.Join(" | ", findings));
    }

    [TestMethod]
    public void An_adapter_is_no_base()
    {
        scene.RefusedBeforeWriting(MergeScene.RecipeOf(Adapter("plain-r4"), MergeScene.Pair(Model("llama-gqa"), Model("llama-gqa")))).Single("TA2037", "plain-r4");
    }

    private void AssertMerged(string name)
    {
        using var golden = SafetensorsFile.Open(SharedData.PathOf("golden", "peft", name, "merged.changed.safetensors"));
        using var merged = Checkpoint.Open(scene.Output);
        foreach (var tensor in golden.Header.Tensors)
        {
            var (expected, found) = (Values(golden, tensor), Values(merged.Tensors[tensor.Name].File, merged.Tensors[tensor.Name].Info));
            for (var i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], found[i], tensor.DType == DType.BF16 ? Math.Abs(expected[i]) / 128 : 1e-6f, $"{tensor.Name}[{i}]");
        }
    }

    private static float[] Values(SafetensorsFile file, TensorInfo info)
    {
        var values = new float[info.ElementCount];
        Widening.ToSingle(file.Read(info), info.DType, values);
        return values;
    }

    private static string Adapter(string name) => SharedData.PathOf("golden", "peft", name);

    private static string Model(string name) => SharedData.PathOf("golden", "transformers", name);

    private static IEnumerable<(string Name, string Base)> Manifest(params string[] path)
    {
        if (!SharedData.Exists("golden/peft"))
            return [("absent", "absent")];
        using var json = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf(["golden", "peft", .. path])));
        return [.. json.RootElement.GetProperty("cases").EnumerateArray().Select(c => (c.GetProperty("name").GetString()!, c.GetProperty("base").GetString()!))];
    }
}
