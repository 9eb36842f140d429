using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Inputs;
using TaskArithmetic.Safetensors;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Adapters;

/// <summary>What mergekit's <c>model+lora</c> makes of a base and an adapter.</summary>
[TestClass]
[RequiresShared("golden/mergekit-yaml")]
public sealed class MergekitAdapterTests
{
    [TestMethod]
    [DataRow("lora-rslora-passthrough", "lora-mlp-r2-rs")]
    [DataRow("lora-merge-dtype-f32", "lora-qv-r4")]
    public void The_merged_model_has_the_bits_of_mergekit(string name, string adapterName)
    {
        var root = SharedData.PathOf("golden", "mergekit-yaml");
        using var model = Checkpoint.Open(Path.Combine(root, "models", "llama-base-bf16"));
        using var adapter = AdapterModel.Open(Path.Combine(root, "models", adapterName), model);
        using var golden = SafetensorsFile.Open(Path.Combine(root, "cases", name, "expected", "model.safetensors"));

        Assert.IsNotEmpty(adapter.Changed);
        foreach (var tensor in golden.Header.Tensors)
            CollectionAssert.AreEqual(WholeInput.Read(golden, tensor), WholeInput.Read(adapter.Merged(tensor.Name, tensor.DType)), tensor.Name);
    }
}
