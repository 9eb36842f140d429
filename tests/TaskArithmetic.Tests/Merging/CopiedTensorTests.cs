using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Diagnostics;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Merging;

/// <summary>What no term changes keeps the target's bytes, and the log says so.</summary>
[TestClass]
public sealed class CopiedTensorTests
{
    [TestMethod]
    public void Integer_and_bool_tensors_come_from_the_target_even_where_donors_differ()
    {
        using var scene = new MergeScene();
        TestTensor[] integers =
        [
            new("i64", DType.I64, [1], [1, 2, 3, 4, 5, 6, 7, 8]), new("u8", DType.U8, [2], [9, 8]), new("bool", DType.Bool, [2], [0, 1]),
            new("i32", DType.I32, [], [1, 0, 0, 0]),
        ];
        var weight = TestTensor.Vector("w", DType.F32, 1);
        var target = scene.Model("target", [.. integers, weight]);
        var donor = scene.Model("donor", [.. integers.Select(t => t with { Bytes = [.. t.Bytes.Select(b => (byte)(1 - b))] }), weight.Map(v => v + 1)]);

        var merged = scene.Merged(MergeScene.RecipeOf(target, MergeScene.Pair(donor, target)) with { OutputDType = DType.BF16 });

        foreach (var tensor in integers)
        {
            CollectionAssert.AreEqual(tensor.Bytes, merged[tensor.Name].Bytes, tensor.Name);
            Assert.AreEqual(tensor.DType, merged[tensor.Name].DType);
        }
        Assert.AreEqual((DType.BF16, 2f), (merged["w"].DType, merged["w"].Values[0]));
        StringAssert.Contains(scene.Log.Single(l => l.Contains("copied")), "4 of 5 tensors are copied from the target");
    }

    [TestMethod]
    [RequiresShared("golden/mergekit-yaml")]
    public void Tensors_that_no_donor_knows_are_copied_and_listed()
    {
        using var scene = new MergeScene();
        var target = SharedData.PathOf("golden", "mergekit-yaml", "models-bad", "extra-tensors");
        string[] unknown = ["model.layers.0.self_attn.q_norm.weight", "model.layers.0.self_attn.rotary_emb.inv_freq", "position_ids"];

        var merged = scene.Merged(MergeScene.RecipeOf(target, MergeScene.Pair(Model("llama-math-bf16"), Model("llama-base-bf16"))));

        AssertCopied(ModelFolder.Read(target), merged, unknown);
        foreach (var name in unknown)
            StringAssert.Contains(scene.Log.Single(l => l.Contains("copied")), name);
    }

    [TestMethod]
    [RequiresShared("golden/mergekit-yaml")]
    public void A_linear_merge_copies_what_one_of_its_models_does_not_know()
    {
        using var scene = new MergeScene();
        var target = SharedData.PathOf("golden", "mergekit-yaml", "models-bad", "extra-tensors");
        var recipe = MergeScene.RecipeOf(target, MergeScene.Vector(target, "0.5"), MergeScene.Vector(Model("llama-math-bf16"), "0.5"));

        var merged = scene.Merged((recipe with { Method = "linear" }).With("normalize", false));

        AssertCopied(ModelFolder.Read(target), merged, "model.layers.0.self_attn.q_norm.weight", "position_ids");
    }

    [TestMethod]
    public void A_tensor_that_both_donors_lack_is_refused_where_other_layers_have_it()
    {
        using var scene = new MergeScene();
        TestTensor[] layers = [TestTensor.Vector("model.layers.0.w", DType.F32, 1), TestTensor.Vector("model.layers.1.w", DType.F32, 1), TestTensor.Vector("model.norm.weight", DType.F32, 1)];
        var target = scene.Model("target", layers);
        var donors = new[] { "from", "minus" }.Select(name => scene.Model(name, layers[0], layers[2])).ToList();
        var withoutNorm = scene.Model("without-norm", layers[0], layers[1]);

        scene.RefusedBeforeWriting(MergeScene.RecipeOf(target, MergeScene.Pair(donors[0], donors[1])))
            .Where(f => f.Message.StartsWith(donors[0], StringComparison.Ordinal)).Single("TA2006", "'model.layers.1.w'");
        scene.RefusedBeforeWriting(MergeScene.RecipeOf(target, MergeScene.Pair(withoutNorm, withoutNorm))).Only("TA2006", "'model.norm.weight'");
    }

    [TestMethod]
    public void A_buffer_of_the_target_is_copied_and_one_of_a_donor_is_no_part_of_the_vector()
    {
        using var scene = new MergeScene();
        var buffer = TestTensor.Vector("model.layers.0.self_attn.rotary_emb.inv_freq", DType.F32, 1, 0.5f);
        var weight = TestTensor.Vector("w", DType.F32, 1);
        var with = scene.Model("with", buffer, weight);
        var other = scene.Model("other", buffer.Map(v => v * 2), weight.Map(v => v + 1));
        var without = scene.Model("without", weight);

        CollectionAssert.AreEqual(buffer.Bytes, scene.Merged(MergeScene.RecipeOf(with, MergeScene.Pair(other, without)))[buffer.Name].Bytes);
        Assert.HasCount(1, scene.Merged(MergeScene.RecipeOf(without, MergeScene.Pair(other, with))));
    }

    [TestMethod]
    [RequiresShared("golden/mergekit")]
    public void Excluded_tensors_keep_the_targets_bytes_and_the_others_change()
    {
        using var scene = new MergeScene();
        var folder = SharedData.PathOf("golden", "mergekit", "inputs", "bfloat16");
        var target = Path.Combine(folder, "target");
        var pair = MergeScene.Pair(Path.Combine(folder, "grpo"), Path.Combine(folder, "sft"), tensors: "**/mlp/**;*self_attn*", exclude: "*.layers.1.*");

        var merged = scene.Merged(MergeScene.RecipeOf(target, pair));

        foreach (var tensor in ModelFolder.Read(target))
        {
            var selected = tensor.Name.Contains(".layers.0.mlp.") || tensor.Name.Contains(".layers.0.self_attn.");
            Assert.AreEqual(!selected, tensor.Bytes.AsSpan().SequenceEqual(merged[tensor.Name].Bytes), tensor.Name);
        }
    }

    [TestMethod]
    [RequiresShared("golden/mergekit")]
    public void An_alpha_of_zero_gives_the_targets_bytes()
    {
        using var scene = new MergeScene();
        var folder = SharedData.PathOf("golden", "mergekit", "inputs", "float16");
        // −0 + 0 is +0 in float32: the sign must not be lost, and neither must bits that float32 cannot hold.
        var target = ModelFolder.CopyWith(Path.Combine(folder, "target"), scene["target"], tensors => tensors.Select(t => t.Name.EndsWith("norm.weight", StringComparison.Ordinal)
            ? t with { DType = DType.F64, Bytes = [.. t.Values.SelectMany(v => BitConverter.GetBytes(v + 1e-14))] }
            : t.Map(v => Math.Abs(v) < 0.01f ? -0f : v)));

        var merged = scene.Merged(MergeScene.RecipeOf(target, MergeScene.Pair(Path.Combine(folder, "grpo"), Path.Combine(folder, "sft"), "0")));

        foreach (var tensor in ModelFolder.Read(target))
            CollectionAssert.AreEqual(tensor.Bytes, merged[tensor.Name].Bytes, tensor.Name);
    }

    [TestMethod]
    [RequiresShared("golden/safetensors-writers")]
    public void A_model_of_mixed_dtypes_keeps_each_tensors_dtype()
    {
        using var scene = new MergeScene();
        var target = SharedData.PathOf("golden", "safetensors-writers", "mixed-dtype-model");
        var donor = ModelFolder.CopyWith(target, scene["donor"], tensors => tensors.Select(t => t.Map(v => v + 0.25f)));

        var merged = scene.Merged(MergeScene.RecipeOf(target, MergeScene.Pair(donor, target, exclude: "*embed*;*lm_head*")));

        var before = ModelFolder.Read(target);
        Assert.IsTrue(before.Select(t => t.DType).Distinct().Count() > 1);
        foreach (var tensor in before)
            Assert.AreEqual(tensor.DType, merged[tensor.Name].DType, tensor.Name);
    }

    private static void AssertCopied(IReadOnlyList<TestTensor> target, IReadOnlyDictionary<string, TestTensor> merged, params string[] names)
    {
        foreach (var name in names)
            CollectionAssert.AreEqual(target.Single(t => t.Name == name).Bytes, merged[name].Bytes, name);
    }

    private static string Model(string name) => SharedData.PathOf("golden", "mergekit-yaml", "models", name);
}
