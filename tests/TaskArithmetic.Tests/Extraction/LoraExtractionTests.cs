using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Extraction;
using TaskArithmetic.Inputs;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Adapters;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Methods;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Extraction;

[TestClass]
[RequiresShared("golden/mergekit-yaml")]
public sealed class LoraExtractionTests
{
    private static readonly JacobiLinearAlgebra Algebra = new();

    [TestMethod]
    [DataRow("extract-lora-r4", "llama-sft")]
    [DataRow("extract-lora-sv-epsilon-embed", "llama-math")]
    public void The_product_of_the_factors_is_that_of_mergekit(string name, string from)
    {
        using var folder = new TemporaryFolder();
        var expected = SharedData.PathOf("golden", "mergekit-yaml", "cases", name, "expected");
        var report = Extract(folder, from, "llama-base", name == "extract-lora-r4"
            ? new LoraOptions { Rank = 4 }
            : new LoraOptions { Rank = 32, SingularValueEpsilon = 0.1, EmbedLora = true, Excluded = ["k_proj"], SkipUndecomposable = true });

        using var model = Checkpoint.Open(Model("llama-base"));
        using var ours = AdapterModel.Open(folder["adapter"], model);
        using var golden = new TemporaryFolder();
        // mergekit writes rank 0 and no tensors of that module's, which PEFT refuses.
        foreach (var file in Directory.GetFiles(expected))
            File.Copy(file, golden[Path.GetFileName(file)]);
        using var theirs = AdapterModel.Open(golden.Path, model);
        Assert.IsEmpty(ours.Warnings);
        CollectionAssert.AreEqual(theirs.Changed.ToList(), ours.Changed.ToList());
        foreach (var tensor in ours.Changed)
        {
            var (mine, other) = (WholeInput.Read(ours.Delta(tensor)!), WholeInput.Read(theirs.Delta(tensor)!));
            for (var i = 0; i < mine.Length; i++)
                Assert.AreEqual(other[i], mine[i], 2e-5, $"{tensor}[{i}]");
        }
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("golden", "mergekit-yaml", "manifest.json")));
        var lora = manifest.RootElement.GetProperty("groups").GetProperty("cases").EnumerateArray().First(c => c.GetProperty("case").GetString() == name).GetProperty("lora");
        Assert.AreEqual(lora.GetProperty("energy_retained").GetDouble(), report.KeptEnergy, 1e-5);
        foreach (var module in lora.GetProperty("modules").EnumerateObject())
        {
            var mine = report.Modules.Single(m => $"{m.Name}.weight" == module.Name);
            Assert.AreEqual(module.Value.GetProperty("rank").GetInt32(), mine.Rank, module.Name);
            Assert.AreEqual(module.Value.GetProperty("energy_retained").GetDouble(), mine.KeptEnergy, 1e-5, module.Name);
            Assert.AreEqual(Math.Sqrt(1 - mine.KeptEnergy), mine.RelativeError, 1e-5, module.Name);
        }
    }

    [TestMethod]
    [DataRow("llama-sft", "llama-base", true, false)]
    [DataRow("llama-sft", "llama-base", false, true)]
    [DataRow("qwen-a-f16", "qwen-base-f16", true, false)]
    [DataRow("qwen-a-f16", "qwen-base-f16", true, true)]
    public void A_full_rank_adapter_gives_the_donor_back(string from, string minus, bool distribute, bool embed)
    {
        using var folder = new TemporaryFolder();
        Extract(folder, from, minus, new LoraOptions { Rank = 1000, DistributeScale = distribute, EmbedLora = embed });

        using var donor = Checkpoint.Open(Model(from));
        using var model = Checkpoint.Open(Model(minus));
        using var adapter = AdapterModel.Open(folder["adapter"], model);
        foreach (var tensor in donor.Tensors.Values)
        {
            var (expected, merged) = (WholeInput.Read(tensor.File, tensor.Info), WholeInput.Read(adapter.Merged(tensor.Info.Name)));
            for (var i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], merged[i], 1e-6, $"{tensor.Info.Name}[{i}]");
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Weights_stored_in_out_and_tables_of_positions_come_back_too(bool embed)
    {
        using var folder = new TemporaryFolder();
        const string config = """{"model_type": "gpt2", "n_layer": 1, "tie_word_embeddings": true}""";
        ModelFolder.Write(folder["base"], config, Tensors(1));
        ModelFolder.Write(folder["tuned"], config, Tensors(2));

        LoraExtraction.Run(folder["tuned"], folder["base"], folder["adapter"], new LoraOptions { Rank = 100, EmbedLora = embed }, Algebra, CancellationToken.None);

        using var donor = Checkpoint.Open(folder["tuned"]);
        using var model = Checkpoint.Open(folder["base"]);
        using var adapter = AdapterModel.Open(folder["adapter"], model);
        Assert.IsEmpty(adapter.Warnings);
        foreach (var tensor in donor.Tensors.Values)
        {
            var (expected, merged) = (WholeInput.Read(tensor.File, tensor.Info), WholeInput.Read(adapter.Merged(tensor.Info.Name)));
            for (var i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], merged[i], 1e-6, $"{tensor.Info.Name}[{i}]");
        }

        static TestTensor[] Tensors(int seed) =>
        [
            TestTensor.Random("transformer.wte.weight", DType.F32, seed, 1, 10, 4),
            TestTensor.Random("transformer.wpe.weight", DType.F32, seed + 10, 1, 6, 4),
            TestTensor.Random("transformer.h.0.attn.c_attn.weight", DType.F32, seed + 20, 1, 4, 12),
            TestTensor.Random("transformer.h.0.attn.c_attn.bias", DType.F32, seed + 30, 1, 12),
            TestTensor.Random("transformer.h.0.attn.c_proj.weight", DType.F32, seed + 40, 1, 4, 4),
            TestTensor.Random("transformer.h.0.ln_1.weight", DType.F32, seed + 50, 1, 4),
            TestTensor.Random("transformer.h.0.ln_1.bias", DType.F32, seed + 60, 1, 4),
        ];
    }

    [TestMethod]
    [DataRow(0.5)]
    [DataRow(0.9)]
    [DataRow(1.0)]
    public void Energy_keeps_as_few_singular_values_as_it_takes(double energy)
    {
        using var folder = new TemporaryFolder();
        var report = Extract(folder, "llama-sft", "llama-base", new LoraOptions { Energy = energy });
        var ranks = report.Modules.Select(m => m.Rank).Distinct().ToList();
        Assert.IsTrue(report.Modules.All(m => m.KeptEnergy >= energy - 1e-9));
        if (energy < 1)
            Assert.IsGreaterThan(1, ranks.Count);
        var fewer = Extract(folder, "llama-sft", "llama-base", new LoraOptions { Rank = ranks.Min() - 1 });
        Assert.IsTrue(fewer.Modules.Zip(report.Modules).Where(m => m.Second.Rank == ranks.Min()).All(m => m.First.KeptEnergy < energy));
    }

    [TestMethod]
    public void Only_what_was_written_here_is_replaced_and_nothing_half_written_stays()
    {
        using var folder = new TemporaryFolder();
        Extract(folder, "llama-sft", "llama-base", new LoraOptions { Rank = 2 });
        Extract(folder, "llama-sft", "llama-base", new LoraOptions { Rank = 3 });
        StringAssert.Contains(File.ReadAllText(folder["adapter", "adapter_config.json"]), "\"r\": 3");
        CollectionAssert.AreEqual(new[] { "adapter" }, Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).ToList());

        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() =>
            LoraExtraction.Run(Model("llama-sft"), Model("llama-base"), folder["other"], new LoraOptions { Rank = 2 }, Algebra, cancelled.Token));
        CollectionAssert.AreEqual(new[] { "adapter" }, Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).ToList());

        File.WriteAllText(folder["adapter", "notes.txt"], "mine");
        var refused = Assert.ThrowsExactly<DiagnosticException>(() => Extract(folder, "llama-sft", "llama-base", new LoraOptions { Rank = 4 }));
        CollectionAssert.AreEqual(new[] { "TA2120" }, refused.Diagnostics.Select(d => d.Code).ToList());
    }

    [TestMethod]
    public void Wrong_options_and_models_that_do_not_fit_are_told_together()
    {
        using var folder = new TemporaryFolder();
        var refused = Assert.ThrowsExactly<DiagnosticException>(() =>
            Extract(folder, "llama-sft", "qwen-base-f16", new LoraOptions { Rank = 0, Energy = 2, SingularValueEpsilon = -1, Excluded = ["("] }));
        var codes = refused.Diagnostics.Select(d => d.Code).ToList();
        Assert.HasCount(5, codes.FindAll(c => c == "TA2119"));
        Assert.IsGreaterThan(5, codes.Count);
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Path));
    }

    private static LoraReport Extract(TemporaryFolder folder, string from, string minus, LoraOptions options) =>
        LoraExtraction.Run(Model(from), Model(minus), folder["adapter"], options, Algebra, CancellationToken.None);

    private static string Model(string name) => SharedData.PathOf("golden", "mergekit-yaml", "models", name);
}
