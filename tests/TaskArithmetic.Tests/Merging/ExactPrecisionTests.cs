using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Merging;

/// <summary>Exact precision: float32 throughout and one rounding, against <see cref="ExactReference"/>.</summary>
[TestClass]
[RequiresShared("golden/mergekit")]
public sealed class ExactPrecisionTests
{
    private static string Input(string dtype, string name) => SharedData.PathOf("golden", "mergekit", "inputs", dtype, name);

    [TestMethod]
    [DataRow("bfloat16", "bfloat16", "bfloat16")]
    [DataRow("float16", "float16", "float16")]
    [DataRow("float32", "float32", "float32")]
    [DataRow("bfloat16", "float32", "float32")]
    [DataRow("float16", "bfloat16", "float32")]
    [DataRow("float32", "float16", "bfloat16")]
    public void No_value_is_wrongly_rounded_in_any_mix_of_dtypes(string target, string from, string minus)
    {
        using var scene = new MergeScene();
        var merged = scene.Merged(MergeScene.RecipeOf(Input(target, "target"), MergeScene.Pair(Input(from, "grpo"), Input(minus, "sft"), "0.7")));

        var (t, g, s) = (Read(Input(target, "target")), Read(Input(from, "grpo")), Read(Input(minus, "sft")));
        var (wrong, unlikeDouble, total) = (0, 0, 0);
        foreach (var (name, tensor) in merged)
        {
            var (x, a, b) = (t[name].Values, g[name].Values, s[name].Values);
            wrong += ExactReference.CountWrong(tensor, i => ExactReference.InSingle(x[i], (0.7, a[i], b[i])));
            unlikeDouble += ExactReference.CountWrong(tensor, i => ExactReference.InDouble(x[i], (0.7, a[i], b[i])));
            total += x.Length;
        }
        Assert.AreEqual(102_976, total);
        Assert.AreEqual(0, wrong);
        // float32 in between is invisible in a 16-bit result save where the sum lies within 2⁻¹⁶ (bf16) or 2⁻¹³ (fp16) of a tie.
        if (target != "float32")
            Assert.IsLessThan(total / 1000, unlikeDouble);
    }

    [TestMethod]
    public void Terms_are_added_in_declared_order()
    {
        using var scene = new MergeScene();
        var first = (Alpha: 1.3, From: "grpo", Minus: "sft");
        var second = (Alpha: -0.4, From: "extra", Minus: "grpo");
        var (t, g, s, e) = (Read(Input("float32", "target")), Read(Input("float32", "grpo")), Read(Input("float32", "sft")), Read(Input("float32", "extra")));

        var forward = scene.Merged(MergeScene.RecipeOf(Input("float32", "target"), Term(first), Term(second)));
        var backward = scene.Merged(MergeScene.RecipeOf(Input("float32", "target"), Term(second), Term(first)));

        var swapped = 0;
        foreach (var (name, tensor) in forward)
        {
            var (x, a, b, c) = (t[name].Values, g[name].Values, s[name].Values, e[name].Values);
            Assert.AreEqual(0, ExactReference.CountWrong(tensor, i => ExactReference.InSingle(x[i], (1.3, a[i], b[i]), (-0.4, c[i], a[i]))), name);
            Assert.AreEqual(0, ExactReference.CountWrong(backward[name], i => ExactReference.InSingle(x[i], (-0.4, c[i], a[i]), (1.3, a[i], b[i]))), name);
            swapped += tensor.Values.Zip(backward[name].Values).Count(pair => pair.First != pair.Second);
        }
        Assert.IsGreaterThan(0, swapped, "the order made no difference anywhere, so this test shows nothing");

        static RecipeInput Term((double Alpha, string From, string Minus) term) =>
            RecipeInput.Of(Input("float32", term.From), Input("float32", term.Minus), term.Alpha);
    }

    [TestMethod]
    [DataRow("bfloat16")]
    [DataRow("float16")]
    public void At_alpha_one_over_its_own_base_a_donor_comes_back(string dtype)
    {
        using var scene = new MergeScene();
        var merged = scene.Merged(MergeScene.RecipeOf(Input(dtype, "sft"), MergeScene.Pair(Input(dtype, "grpo"), Input(dtype, "sft"))));

        foreach (var (name, donor) in Read(Input(dtype, "grpo")))
            Assert.AreEqual(0, donor.Values.Zip(merged[name].Values).Count(pair => pair.First != pair.Second), name);
    }

    [TestMethod]
    [DataRow("task_arithmetic")]
    [DataRow("linear")]
    public void Alpha_lambda_and_the_sum_of_alphas_become_one_factor(string method)
    {
        using var scene = new MergeScene();
        var (path, minus) = (Input("bfloat16", "grpo"), Input("bfloat16", "sft"));
        var recipe = method == "linear"
            ? MergeScene.RecipeOf(Input("bfloat16", "target"), MergeScene.Vector(path, "0.6"), MergeScene.Vector(minus, "0.3"))
            : MergeScene.RecipeOf(Input("bfloat16", "target"), MergeScene.Pair(path, minus, "0.6"), MergeScene.Pair(minus, path, "0.3")).With("lambda", 1.7);

        var merged = scene.Merged((recipe with { Method = method }).With("normalize", true));

        var (t, g, s) = (Read(Input("bfloat16", "target")), Read(path), Read(minus));
        foreach (var (name, tensor) in merged)
        {
            var (x, a, b) = (t[name].Values, g[name].Values, s[name].Values);
            Assert.AreEqual(0, ExactReference.CountWrong(tensor, i => method == "linear"
                ? ExactReference.InSingle(0, (0.6 / (0.6 + 0.3), a[i], 0), (0.3 / (0.6 + 0.3), b[i], 0))
                : ExactReference.InSingle(x[i], (0.6 * 1.7 / (0.6 + 0.3), a[i], b[i]), (0.3 * 1.7 / (0.6 + 0.3), b[i], a[i]))), name);
        }
    }

    [TestMethod]
    public void A_gradient_gives_each_layer_its_alpha_and_embeddings_the_first()
    {
        using var scene = new MergeScene();
        TestTensor[] Tensors(float value) =>
        [
            TestTensor.Vector("model.embed_tokens.weight", DType.F32, value), TestTensor.Vector("model.norm.weight", DType.F32, value),
            .. Enumerable.Range(0, 5).Select(i => TestTensor.Vector($"model.layers.{i}.mlp.w", DType.F32, value)),
        ];
        var config = """{"model_type": "llama", "num_hidden_layers": 5}""";
        var target = ModelFolder.Write(scene["target"], config, Tensors(0));
        var donor = ModelFolder.Write(scene["donor"], config, Tensors(1));

        var merged = scene.Merged(MergeScene.RecipeOf(target, MergeScene.Pair(donor, target, "[0.5, 1.5, 0.25]")));

        Assert.AreEqual(0.5f, merged["model.embed_tokens.weight"].Values[0]);
        Assert.AreEqual(0.5f, merged["model.norm.weight"].Values[0]);
        CollectionAssert.AreEqual(
            new[] { 0.5f, 1f, 1.5f, 0.875f, 0.25f },
            Enumerable.Range(0, 5).Select(i => merged[$"model.layers.{i}.mlp.w"].Values[0]).ToArray());
    }

    [TestMethod]
    public void Each_term_has_its_own_alpha_and_its_own_tensors()
    {
        using var scene = new MergeScene();
        TestTensor[] Tensors(float value) => [TestTensor.Vector("model.layers.0.mlp.w", DType.F32, value), TestTensor.Vector("model.layers.0.self_attn.w", DType.F32, value)];
        var target = scene.Model("target", Tensors(10));
        var donor = scene.Model("donor", Tensors(11));

        var merged = scene.Merged(MergeScene.RecipeOf(
            target, MergeScene.Pair(donor, target, "2", "**/mlp/**"), MergeScene.Pair(target, donor, "3", "model.layers.*.self_attn.*"), MergeScene.Pair(donor, target, "0.5")));

        Assert.AreEqual((12.5f, 7.5f), (merged["model.layers.0.mlp.w"].Values[0], merged["model.layers.0.self_attn.w"].Values[0]));
    }

    private static Dictionary<string, TestTensor> Read(string path) => ModelFolder.Read(path).ToDictionary(t => t.Name);
}
