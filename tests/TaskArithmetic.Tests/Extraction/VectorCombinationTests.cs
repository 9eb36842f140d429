using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Compression;
using TaskArithmetic.Extraction;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Diagnostics;
using TaskArithmetic.Tests.Merging;

namespace TaskArithmetic.Tests.Extraction;

[TestClass]
public sealed class VectorCombinationTests
{
    private readonly MergeScene scene = new();

    [TestCleanup]
    public void RemoveFolders() => scene.Dispose();

    [TestMethod]
    public void Vectors_are_added_subtracted_scaled_and_negated()
    {
        var a = Vector("a", TestTensor.Vector("model.layers.0.w", DType.F32, 1, 2), TestTensor.Vector("only.a", DType.F32, 8));
        var b = Vector("b", TestTensor.Vector("model.layers.0.w", DType.F32, 10, 20), TestTensor.Vector("only.b", DType.F32, 4));

        var sum = Combine("sum.safetensors", MergeScene.Vector(a), MergeScene.Vector(b, "-0.5"));

        CollectionAssert.AreEqual(new float[] { -4, -8 }, sum["model.layers.0.w"].Values);
        CollectionAssert.AreEqual(new float[] { 8 }, sum["only.a"].Values);
        CollectionAssert.AreEqual(new float[] { -2 }, sum["only.b"].Values);
        CollectionAssert.AreEqual(new float[] { -1, -2 }, Combine("negated.safetensors", MergeScene.Vector(a, "-1"))["model.layers.0.w"].Values);
    }

    [TestMethod]
    public void A_combination_merges_like_its_parts()
    {
        var target = scene.Model("target", TestTensor.Vector("model.layers.0.w", DType.F32, 1, 2), TestTensor.Vector("model.norm.weight", DType.F32, 3));
        var donor = scene.Model("donor", TestTensor.Vector("model.layers.0.w", DType.F32, 5, 6), TestTensor.Vector("model.norm.weight", DType.F32, 7));
        var other = scene.Model("other", TestTensor.Vector("model.layers.0.w", DType.F32, 2, 9), TestTensor.Vector("model.norm.weight", DType.F32, 1));
        Combine("both.safetensors", MergeScene.Pair(donor, target, "0.5"), MergeScene.Pair(other, target, "0.25"));

        var apart = scene.Merged(MergeScene.RecipeOf(target, MergeScene.Pair(donor, target, "0.5"), MergeScene.Pair(other, target, "0.25")));
        var together = scene.Merged(MergeScene.RecipeOf(target, MergeScene.Vector(scene["both.safetensors"])));

        foreach (var (name, tensor) in apart)
            CollectionAssert.AreEqual(tensor.Values, together[name].Values, name);
    }

    [TestMethod]
    public void Signs_are_elected_among_vectors_alone()
    {
        var a = Vector("a", TestTensor.Vector("model.layers.0.w", DType.F32, 3, -1, 2));
        var b = Vector("b", TestTensor.Vector("model.layers.0.w", DType.F32, -1, -3, 4));

        var elected = Combine("ties.safetensors", "ties", MergeScene.Vector(a), MergeScene.Vector(b));

        CollectionAssert.AreEqual(new float[] { 3, -2, 3 }, elected["model.layers.0.w"].Values);
    }

    [TestMethod]
    public void A_method_for_whole_models_makes_no_vector()
    {
        var a = Vector("a", TestTensor.Vector("model.layers.0.w", DType.F32, 1));

        var refusal = Assert.ThrowsExactly<TaskArithmetic.Diagnostics.DiagnosticException>(() => Combine("no.safetensors", "linear", MergeScene.Vector(a)));

        refusal.Diagnostics.Single("TA2050", "linear");
        Assert.IsFalse(File.Exists(scene["no.safetensors"]));
    }

    [TestMethod]
    public void What_a_vector_was_made_of_stands_in_its_metadata()
    {
        var a = Vector("a", TestTensor.Vector("model.layers.0.w", DType.F32, 3, 4));
        Combine("half.safetensors", MergeScene.Vector(a, "0.5"));

        using var half = Checkpoint.Open(scene["half.safetensors"]);
        var metadata = VectorMetadata.Of(half)!;

        Assert.AreEqual(2.5, metadata.Norm);
        StringAssert.Contains(metadata.Formula, "weight 0.5");
    }

    [TestMethod]
    public void Compact_vectors_are_combined_as_what_they_stand_for()
    {
        var plain = Vector("plain", TestTensor.Of("model.layers.0.w", DType.F32, [2, 64], [.. Enumerable.Range(0, 128).Select(i => i % 7 == 0 ? i - 63f : 0f)]));
        VectorCompression.Run(plain, scene["compact.safetensors"], new CompressOptions { Form = CompactForm.Sparse }, null, CancellationToken.None);

        var doubled = Combine("doubled.safetensors", MergeScene.Vector(scene["compact.safetensors"], "2"));

        CollectionAssert.AreEqual(Combine("plainly.safetensors", MergeScene.Vector(plain, "2"))["model.layers.0.w"].Values, doubled["model.layers.0.w"].Values);
    }

    private string Vector(string name, params TestTensor[] tensors) => ModelFolder.WriteFile(scene[name + ".safetensors"], tensors);

    private IReadOnlyDictionary<string, TestTensor> Combine(string output, params RecipeInput[] inputs) => Combine(output, "task_arithmetic", inputs);

    private Dictionary<string, TestTensor> Combine(string output, string method, params RecipeInput[] inputs)
    {
        VectorCombination.Run(new Recipe { Method = method, Inputs = inputs }, scene[output], new ExtractOptions { CacheDirectory = scene.Cache, UseCache = false }, CancellationToken.None);
        return ModelFolder.Read(scene[output]).ToDictionary(t => t.Name, StringComparer.Ordinal);
    }
}
