using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Merging;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Diagnostics;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Merging;

/// <summary>NaN and infinities are refused with tensor and element unless they are allowed.</summary>
[TestClass]
public sealed class NonFiniteTests
{
    [TestMethod]
    [RequiresShared("golden/mergekit-yaml")]
    [DataRow(true)]
    [DataRow(false)]
    public void Every_bad_value_of_a_donor_is_named_with_its_element(bool useCache)
    {
        using var scene = new MergeScene();
        var bad = SharedData.PathOf("golden", "mergekit-yaml", "models-bad", "nan-inf");
        var good = SharedData.PathOf("golden", "mergekit-yaml", "models", "llama-math-bf16");

        var findings = scene.Refused(MergeScene.RecipeOf(good, MergeScene.Pair(bad, good)), useCache);

        var spoilt = ModelFolder.Read(bad).Where(t => t.Values.Any(v => !float.IsFinite(v))).ToList();
        Assert.IsNotEmpty(spoilt);
        foreach (var tensor in spoilt)
        {
            var element = Array.FindIndex(tensor.Values, v => !float.IsFinite(v));
            Assert.IsTrue(
                findings.Any(f => f.Code == "TA2018" && f.Message.StartsWith(bad, StringComparison.Ordinal) && f.Message.Contains($"'{tensor.Name}'") && f.Message.Contains($"at element {element}.")),
                string.Join(" | ", findings));
        }
        Assert.HasCount(spoilt.Count, findings, "an output that only passes the value on is no finding of its own");
        Assert.IsEmpty(Directory.Exists(scene["cache", "entries"]) ? Directory.GetDirectories(scene["cache", "entries"]) : []);
    }

    [TestMethod]
    public void A_bad_value_is_found_in_the_target_in_a_minus_and_in_a_tensor_that_is_only_copied()
    {
        foreach (var place in new[] { "target", "minus", "copied" })
        {
            using var scene = new MergeScene();
            string Model(string name) => scene.Model(name, TestTensor.Vector("w", DType.BF16, 1, name == place ? float.NaN : 2), TestTensor.Vector("copied", DType.F16, 1, name + place == "targetcopied" ? float.NegativeInfinity : 2));
            var recipe = MergeScene.RecipeOf(Model("target"), MergeScene.Pair(Model("from"), Model("minus"), exclude: "copied"));

            scene.Refused(recipe).Only("TA2018", scene[place == "copied" ? "target" : place], place == "copied" ? "'copied'" : "'w'", "at element 1.");
        }
    }

    [TestMethod]
    public void A_sum_beyond_float16_is_refused_at_its_element()
    {
        using var scene = new MergeScene();
        var target = scene.Model("target", TestTensor.Vector("w", DType.F16, 1, 65504, -3));
        var donor = scene.Model("donor", TestTensor.Vector("w", DType.F32, 1, 65530, -3));
        var recipe = MergeScene.RecipeOf(target, MergeScene.Pair(donor, target, "1"));

        scene.Refused(recipe).Only("TA3001", "'w'", "F16", "at element 1.");
        Assert.AreEqual(65530f, scene.Merged(recipe with { OutputDType = DType.F32 })["w"].Values[1]);
    }

    [TestMethod]
    public void What_is_allowed_goes_through_and_lets_the_rest_be_right()
    {
        using var scene = new MergeScene();
        var target = scene.Model("target", TestTensor.Vector("w", DType.F16, 1, 65504, float.NaN));
        var donor = scene.Model("donor", TestTensor.Vector("w", DType.F32, 2, 70000, 5));
        var recipe = MergeScene.RecipeOf(target, MergeScene.Pair(donor, target)) with { AllowNonFinite = true };

        foreach (var useCache in new[] { false, true, true })
        {
            scene.Run(recipe, useCache);
            CollectionAssert.AreEqual(new[] { 2, float.PositiveInfinity, float.NaN }, ModelFolder.Read(scene.Output).Single().Values);
        }
    }

    [TestMethod]
    public void Weights_that_were_allowed_once_do_not_come_from_the_cache_when_they_are_not()
    {
        using var scene = new MergeScene();
        var target = scene.Model("target", TestTensor.Vector("w", DType.F16, 65504));
        var donor = scene.Model("donor", TestTensor.Vector("w", DType.F16, -65504));
        var recipe = MergeScene.RecipeOf(target, MergeScene.Pair(target, donor));

        ModelMerge.Run(recipe with { AllowNonFinite = true }, scene["elsewhere"], scene.Options, CancellationToken.None);

        scene.Refused(recipe, useCache: true).Only("TA3001", "'w'");
    }

    [TestMethod]
    public void A_check_finds_the_same_without_writing()
    {
        using var scene = new MergeScene();
        var target = scene.Model("target", TestTensor.Vector("w", DType.F16, 65504));
        var donor = scene.Model("donor", TestTensor.Vector("w", DType.F16, -65504));

        var refusal = Assert.ThrowsExactly<TaskArithmetic.Diagnostics.DiagnosticException>(
            () => ModelMerge.Check(MergeScene.RecipeOf(target, MergeScene.Pair(target, donor)), scene.Options, CancellationToken.None));

        refusal.Diagnostics.Only("TA3001", "'w'");
        Assert.IsFalse(Directory.Exists(scene.Cache));
    }
}
