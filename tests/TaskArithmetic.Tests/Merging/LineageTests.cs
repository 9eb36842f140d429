using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Merging;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Diagnostics;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Merging;

/// <summary>Whether target and donors come from one initialisation, and the numbers that tell.</summary>
[TestClass]
public sealed class LineageTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void An_unrelated_target_of_equal_shape_is_warned_about_for_each_donor(bool useCache)
    {
        using var scene = new MergeScene();
        var recipe = Unrelated(scene);

        foreach (var findings in new[] { ModelMerge.Check(recipe, scene.Options, CancellationToken.None).Findings, scene.Run(recipe, useCache).Findings, scene.Run(recipe, useCache).Findings })
        {
            var warnings = findings.Where(f => f.Code == "TA1001").ToList();
            Assert.HasCount(2, warnings);
            foreach (var (warning, donor) in warnings.Zip(["from", "minus"]))
            {
                StringAssert.Contains(warning.Message, $"donor {scene[donor]}");
                StringAssert.Contains(warning.Message, "1 large matrices");
                StringAssert.Contains(warning.Message, "'model.layers.0.big'");
            }
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Where_the_same_lineage_is_required_it_is_an_error_and_nothing_is_left(bool useCache)
    {
        using var scene = new MergeScene();
        var recipe = Unrelated(scene) with { RequireSameLineage = true };

        var findings = scene.Refused(recipe, useCache);

        Assert.HasCount(2, findings.Where(f => f.Code == "TA3003").ToList());
        Assert.HasCount(2, Assert.ThrowsExactly<TaskArithmetic.Diagnostics.DiagnosticException>(() => ModelMerge.Check(recipe, scene.Options, CancellationToken.None)).Diagnostics);
    }

    [TestMethod]
    [RequiresShared("models/tiny-reasoner")]
    public void A_real_family_shares_its_lineage()
    {
        using var scene = new MergeScene();
        string Model(string name) => SharedData.PathOf("models", "tiny-reasoner", name);

        var report = scene.Run(MergeScene.RecipeOf(Model("target"), MergeScene.Pair(Model("grpo"), Model("sft"))) with { RequireSameLineage = true });

        Assert.IsEmpty(report.Findings);
        Assert.IsGreaterThan(0.99, report.Summary.Terms[0].LowestCosine!.Value);
    }

    [TestMethod]
    public void Long_vectors_and_small_matrices_do_not_count()
    {
        using var scene = new MergeScene();
        TestTensor[] Tensors(int seed) => [TestTensor.Random("norm", DType.F32, seed, 1, 4096), TestTensor.Random("small", DType.F32, seed, 1, 31, 33), TestTensor.Random("big", DType.F32, 1, 1, 32, 32)];
        var target = scene.Model("target", Tensors(1));

        var report = scene.Run(MergeScene.RecipeOf(target, MergeScene.Pair(scene.Model("from", Tensors(2)), scene.Model("minus", Tensors(3)))));

        Assert.IsEmpty(report.Findings);
        Assert.AreEqual(1, report.Summary.Terms[0].LowestCosine!.Value, 1e-12, "the same tensors must count as for the warning");
    }

    [TestMethod]
    public void Norms_distances_cosines_and_equal_weights_of_a_small_case_are_right()
    {
        using var scene = new MergeScene();
        var target = scene.Model("target", TestTensor.Vector("a", DType.F32, 3, 4), TestTensor.Vector("b", DType.F32, 1));
        var from = scene.Model("from", TestTensor.Vector("a", DType.F32, 4, 3), TestTensor.Vector("b", DType.F32, 1));
        var minus = scene.Model("minus", TestTensor.Vector("a", DType.F32, 4, 4), TestTensor.Vector("b", DType.F32, 3));

        var summary = scene.Run(MergeScene.RecipeOf(target, MergeScene.Pair(from, minus, "2"))).Summary;

        // v = (0, −1 | −2); |target|² = 9 + 16 + 1.
        Assert.AreEqual(Math.Sqrt(26), summary.TargetNorm, 1e-15);
        Assert.AreEqual(Math.Sqrt(5), summary.Terms[0].Norm, 1e-15);
        Assert.AreEqual(Math.Sqrt(5.0 / 26), summary.Terms[0].RelativeNorm, 1e-15);
        Assert.AreEqual(1.0 / 3, summary.Terms[0].EqualFraction, 1e-15);
        Assert.AreEqual((2L, 2L), (summary.Asked, summary.Survived));
        Assert.AreEqual(2, summary.Terms[0].Tensors);
        Assert.IsNull(summary.Terms[0].LowestCosine, "no large matrix");
        var a = summary.Tensors["a"];
        Assert.AreEqual(5, a.TargetNorm, 1e-15);
        Assert.AreEqual(1, a.VectorNorms.Single(), 1e-15);
        // cos((3,4),(4,3)) = 24/25, cos((3,4),(4,4)) = 28/(5√32); distances √2/5 and 1/5.
        Assert.AreEqual(24.0 / 25, a.Cosines[0], 1e-15);
        Assert.AreEqual(28 / (5 * Math.Sqrt(32)), a.Cosines[1], 1e-15);
        Assert.AreEqual(Math.Sqrt(2) / 5, a.RelativeDistances[0], 1e-15);
        Assert.AreEqual(1.0 / 5, a.RelativeDistances[1], 1e-15);
    }

    [TestMethod]
    public void Changes_that_rounding_swallows_are_counted_and_warned_about()
    {
        using var scene = new MergeScene();
        // A bf16 step at 1 is 2⁻⁷: the first two changes are lost, the third survives, the fourth asks for nothing.
        var target = scene.Model("target", TestTensor.Vector("w", DType.BF16, 1, 1, 1, 1));
        var vector = ModelFolder.WriteFile(scene["v.safetensors"], TestTensor.Vector("w", DType.F32, 0.001f, -0.001f, 0.01f, 0));
        var recipe = MergeScene.RecipeOf(target, MergeScene.Vector(vector));

        var report = scene.Run(recipe);

        Assert.AreEqual((3L, 1L), (report.Summary.Asked, report.Summary.Survived));
        Assert.AreEqual(1.0 / 3, report.Summary.SurvivalFraction!.Value, 1e-15);
        Assert.AreEqual(0.25, report.Summary.Terms[0].EqualFraction);
        report.Findings.Single("TA1006", "33.3");
        Assert.IsFalse(scene.Run(recipe with { OutputDType = DType.F32 }).Findings.Any(f => f.Code == "TA1006"));
    }

    [TestMethod]
    public void Terms_on_different_tensors_keep_their_own_numbers_in_any_order_and_from_the_cache()
    {
        using var scene = new MergeScene();
        TestTensor[] Tensors(float a, float b) => [TestTensor.Vector("a", DType.F32, a), TestTensor.Vector("b", DType.F32, b)];
        var target = scene.Model("target", Tensors(0, 0));
        var donor = scene.Model("donor", Tensors(3, 4));
        RecipeInput[] terms = [MergeScene.Pair(donor, target, tensors: "a"), MergeScene.Pair(donor, target, tensors: "b")];

        var forward = scene.Run(MergeScene.RecipeOf(target, terms), useCache: true).Summary.Terms;
        var backward = scene.Run(MergeScene.RecipeOf(target, terms[1], terms[0]), useCache: true).Summary.Terms;

        Assert.AreEqual((3d, 4d), (forward[0].Norm, forward[1].Norm));
        Assert.AreEqual((4d, 3d), (backward[0].Norm, backward[1].Norm));
    }

    private static Recipe Unrelated(MergeScene scene)
    {
        TestTensor[] Tensors(int seed) => [TestTensor.Random("model.layers.0.big", DType.BF16, seed, 1, 32, 32), TestTensor.Random("model.norm.weight", DType.BF16, seed, 1, 32)];
        var target = scene.Model("target", Tensors(1));
        var from = scene.Model("from", Tensors(2));
        var minus = ModelFolder.CopyWith(from, scene["minus"], tensors => tensors.Select(t => t.Map(v => v * 1.01f)));
        return MergeScene.RecipeOf(target, MergeScene.Pair(from, minus));
    }
}
