using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.LanguageModels;
using TaskArithmetic.Safetensors;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Torch.Tests;

namespace TaskArithmetic.LanguageModels.Tests;

[TestClass]
[RequiresShared("golden/transformers/refuse")]
public sealed class RefusedCheckpointTests
{
    [TestMethod]
    public void Every_case_is_refused_with_a_code_or_accepted_as_advised()
    {
        // Python wrote a NaN, which is no JSON.
        var text = File.ReadAllText(SharedData.PathOf("golden", "transformers", "refuse", "manifest.json"));
        using var manifest = JsonDocument.Parse(text.Replace(": NaN", ": null", StringComparison.Ordinal));
        var mismatches = new List<string>();
        var cases = manifest.RootElement.GetProperty("cases").EnumerateArray().ToList();
        foreach (var one in cases)
        {
            var name = one.GetProperty("name").GetString()!;
            var code = Code(name, one.GetProperty("base").GetString()!);
            if (!AsAdvised(one.GetProperty("advice").GetString()!, code))
                mismatches.Add($"{name}: {code ?? "accepted"}, advice {one.GetProperty("advice")}");
        }
        Assert.AreEqual("", string.Join(Environment.NewLine, mismatches));
        Assert.AreNotEqual(0, cases.Count);
    }

    [TestMethod]
    [DataRow("unknown-model-type", "base-llama", "TA2201")]
    [DataRow("architecture-not-causal", "base-llama", "TA2202")]
    [DataRow("heads-do-not-divide", "base-llama", "TA2203")]
    [DataRow("unknown-rope-type", "base-llama", "TA2204")]
    [DataRow("rope-llama3-key-missing", "base-llama", "TA2205")]
    [DataRow("quantization-config", "base-llama", "TA2206")]
    [DataRow("hidden-act-gelu", "base-llama", "TA2207")]
    [DataRow("layer-types-short", "base-sliding", "TA2208")]
    [DataRow("partial-rotary", "base-llama", "TA2209")]
    [DataRow("missing-norm", "base-llama", "TA2210")]
    [DataRow("extra-tensor", "base-llama", "TA2211")]
    [DataRow("transposed-weight", "base-llama", "TA2212")]
    [DataRow("int-weights", "base-llama", "TA2213")]
    [DataRow("nan-weights", "base-llama", "TA2214")]
    [DataRow("extra-tied-head-different", "base-qwen2", "TA2215")]
    [DataRow("torch-dtype-unknown", "base-llama", "TA2216")]
    [DataRow("base-model-names", "base-llama", "TA2217")]
    public void Each_kind_of_damage_has_its_code(string name, string baseName, string expected) => Assert.AreEqual(expected, Code(name, baseName));

    [TestMethod]
    public void Absent_keys_mean_the_defaults_of_the_architecture()
    {
        using var mistral = Folder("sliding-window-key-absent", "base-mistral");
        using var theta = Folder("rope-theta-absent", "base-qwen2");
        using var epsilon = Folder("eps-absent", "base-llama");
        using var ends = Folder("eos-list", "base-llama");

        Assert.IsTrue(Read(mistral).SlidingWindows.All(window => window == 4096));
        Assert.AreEqual(10000, Read(theta).Rope.Theta);
        Assert.AreEqual(1e-6, Read(epsilon).RmsNormEpsilon);
        Assert.IsTrue(Read(ends).EndOfSequenceIds.SequenceEqual([2, 7]));
    }

    [TestMethod]
    public void All_problems_are_reported_at_once()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["config.json"], """
            {"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 3,
             "vocab_size": 10, "hidden_act": "gelu", "rope_scaling": {"type": "spiral"}, "quantization_config": {"quant_method": "awq"}}
            """);
        var problems = new List<Diagnostic>();

        Assert.IsNull(ModelConfigurationReader.Read(folder.Path, problems));

        string[] expected = ["TA2203", "TA2203", "TA2204", "TA2206", "TA2207"];
        Assert.AreEqual(string.Join(' ', expected), string.Join(' ', problems.Select(problem => problem.Code).Order()));
        Assert.IsTrue(problems.All(problem => problem.Message.Contains(folder["config.json"])));
    }

    [TestMethod]
    [DataRow("{", "TA2200")]
    [DataRow("[]", "TA2200")]
    [DataRow("""{"model_type": 3}""", "TA2203")]
    public void A_configuration_that_is_none_is_refused(string json, string code)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["config.json"], json);
        var problems = new List<Diagnostic>();

        Assert.IsNull(ModelConfigurationReader.Read(folder.Path, problems));

        Assert.AreEqual(code, problems[0].Code);
    }

    private static bool AsAdvised(string advice, string? code)
    {
        // "accept or error", "error or warn", "warn (or error when strict)": either is right.
        var mayRefuse = advice.Contains("error", StringComparison.Ordinal);
        var mayAccept = advice.StartsWith("accept", StringComparison.Ordinal) && !advice.Contains("shape error", StringComparison.Ordinal);
        return code is null ? mayAccept : mayRefuse && code.StartsWith("TA22", StringComparison.Ordinal);
    }

    private static ModelConfiguration Read(TemporaryFolder folder)
    {
        var problems = new List<Diagnostic>();
        return ModelConfigurationReader.Read(folder.Path, problems) ?? throw new DiagnosticException(problems);
    }

    /// <summary>The one code of all findings, or null if the model loads.</summary>
    private static string? Code(string name, string baseName)
    {
        using var folder = Folder(name, baseName);
        try
        {
            using var model = CausalLanguageModel.Load(folder.Path, LoadedLibtorch.Instance, DType.F32);
            return null;
        }
        catch (DiagnosticException exception)
        {
            return exception.Diagnostics.Select(diagnostic => diagnostic.Code).Distinct().Single();
        }
    }

    private static TemporaryFolder Folder(string name, string baseName)
    {
        var root = SharedData.PathOf("golden", "transformers", "refuse");
        var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder["config.json"], Path.Combine(root, name, "config.json"));
        var own = Path.Combine(root, name, "model.safetensors");
        File.CreateSymbolicLink(folder["model.safetensors"], File.Exists(own) ? own : Path.Combine(root, baseName, "model.safetensors"));
        return folder;
    }
}
