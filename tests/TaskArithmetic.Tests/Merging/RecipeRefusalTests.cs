using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Diagnostics;

namespace TaskArithmetic.Tests.Merging;

/// <summary>Recipes that make no sense whatever the models are, and tensors no arithmetic is defined for.</summary>
[TestClass]
public sealed class RecipeRefusalTests
{
    private readonly MergeScene scene = new();
    private readonly string target;
    private readonly string donor;

    public RecipeRefusalTests()
    {
        target = scene.Model("target", TestTensor.Vector("model.layers.0.w", DType.F32, 1, 2), TestTensor.Vector("model.norm.weight", DType.F32, 3));
        donor = scene.Model("donor", TestTensor.Vector("model.layers.0.w", DType.F32, 5, 6), TestTensor.Vector("model.norm.weight", DType.F32, 7));
    }

    [TestCleanup]
    public void RemoveFolders() => scene.Dispose();

    [TestMethod]
    public void A_recipe_without_terms_is_refused()
    {
        scene.RefusedBeforeWriting(MergeScene.RecipeOf(target)).Only("TA2019", "no vector");
    }

    [TestMethod]
    public void Patterns_that_select_nothing_are_refused()
    {
        var recipe = MergeScene.RecipeOf(target, MergeScene.Pair(donor, target), MergeScene.Pair(donor, target, tensors: "**/mlp/**"));

        scene.RefusedBeforeWriting(recipe).Only("TA2015", donor, "select no tensor");
    }

    [TestMethod]
    public void Patterns_that_exclude_everything_are_refused()
    {
        scene.RefusedBeforeWriting(MergeScene.RecipeOf(target, MergeScene.Pair(donor, target, exclude: "*"))).Only("TA2015");
    }

    [TestMethod]
    [DataRow("linear")]
    [DataRow("task_arithmetic")]
    public void Weights_that_sum_to_zero_cannot_be_normalised(string method)
    {
        var minus = method == "linear" ? null : target;
        var recipe = new Recipe
        {
            Base = target,
            Method = method,
            Parameters = new Dictionary<string, ParameterValue> { ["normalize"] = true },
            Inputs = [.. new[] { "0.5", "[-0.5, -1]" }.Select(alpha => RecipeInput.Of(donor, minus, ParameterValue.Parse(alpha)))],
        };

        var findings = scene.RefusedBeforeWriting(recipe);

        Assert.IsTrue(findings.All(f => f.Code == "TA2013"), string.Join(" | ", findings));
        StringAssert.Contains(findings[0].Message, "the weights sum to 0");
    }

    [TestMethod]
    public void Unnormalised_weights_may_sum_to_zero()
    {
        var recipe = MergeScene.RecipeOf(target, MergeScene.Pair(donor, target, "0.5"), MergeScene.Pair(donor, target, "-0.5"));

        CollectionAssert.AreEqual(new float[] { 1, 2 }, scene.Merged(recipe)["model.layers.0.w"].Values);
    }

    [TestMethod]
    public void The_linear_method_takes_neither_a_minus_nor_a_lambda()
    {
        var recipe = MergeScene.RecipeOf(target, MergeScene.Pair(donor, target)).With("lambda", 2) with { Method = "linear" };

        var findings = scene.RefusedBeforeWriting(recipe);

        findings.Single("TA2019", "minus");
        findings.Single("TA1031", "lambda");
        Assert.HasCount(2, findings);
    }

    [TestMethod]
    public void The_same_model_listed_twice_counts_twice()
    {
        var linear = new Recipe
        {
            Base = target,
            Method = "linear",
            Parameters = new Dictionary<string, ParameterValue> { ["normalize"] = false },
            Inputs = [MergeScene.Vector(donor, "0.5"), MergeScene.Vector(donor, "0.25")],
        };

        CollectionAssert.AreEqual(new float[] { 3.75f, 4.5f }, scene.Merged(linear)["model.layers.0.w"].Values);
    }

    [TestMethod]
    public void A_vector_without_metadata_is_taken_with_a_warning()
    {
        var vector = ModelFolder.WriteFile(scene["vector.safetensors"], TestTensor.Vector("model.norm.weight", DType.BF16, 0.5f));

        var report = scene.Run(MergeScene.RecipeOf(target, MergeScene.Vector(vector, "2")));

        report.Findings.Only("TA1004", vector);
        Assert.AreEqual(4f, ModelFolder.Read(scene.Output).Single(t => t.Name == "model.norm.weight").Values[0]);
    }

    [TestMethod]
    public void A_quantised_weight_is_refused_by_dtype_unless_it_is_excluded()
    {
        var eight = scene.Model("eight", new TestTensor("model.layers.0.w", DType.F8E4M3, [2], [1, 2]), TestTensor.Vector("model.norm.weight", DType.F32, 3));

        scene.RefusedBeforeWriting(MergeScene.RecipeOf(target, MergeScene.Pair(eight, target))).Only("TA2009", "F8_E4M3", "'model.layers.0.w'", eight);
        scene.RefusedBeforeWriting(MergeScene.RecipeOf(eight, MergeScene.Pair(donor, target))).Only("TA2009", "F8_E4M3", eight);
        var merged = scene.Merged(MergeScene.RecipeOf(eight, MergeScene.Pair(donor, target, exclude: "*.w")));
        CollectionAssert.AreEqual(new byte[] { 1, 2 }, merged["model.layers.0.w"].Bytes);
        Assert.AreEqual(7f, merged["model.norm.weight"].Values[0]);
    }

    [TestMethod]
    public void A_quantised_target_does_not_pass_for_an_integer_buffer()
    {
        var packed = scene.Model("packed", new TestTensor("model.layers.0.w", DType.I8, [2], [1, 2]), TestTensor.Vector("model.norm.weight", DType.F32, 3));

        scene.RefusedBeforeWriting(MergeScene.RecipeOf(packed, MergeScene.Pair(donor, target))).Only("TA2009", "I8", packed);
    }
}
