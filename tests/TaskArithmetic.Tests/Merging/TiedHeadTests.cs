using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Diagnostics;

namespace TaskArithmetic.Tests.Merging;

/// <summary>Head and embedding of a tied model are one tensor, stored under either name or both.</summary>
[TestClass]
public sealed class TiedHeadTests
{
    private const string Head = "lm_head.weight";
    private const string Embedding = "model.embed_tokens.weight";

    [TestMethod]
    // The layouts of target and of donors: embedding only, head only, both equal.
    [DataRow("tied", Embedding, "tied", Head)]
    [DataRow("tied", Head, "tied", Embedding)]
    [DataRow("tied", Embedding, "tied", "both")]
    [DataRow("tied", Embedding, "untied", "both")]
    [DataRow("tied", Head, "untied", "both")]
    [DataRow("tied", "both", "tied", Embedding)]
    [DataRow("tied", "both", "tied", Head)]
    [DataRow("untied", "both", "tied", Embedding)]
    [DataRow("untied", "both", "tied", Head)]
    public void Every_layout_of_one_matrix_merges_with_every_other(string targetTie, string targetLayout, string donorTie, string donorLayout)
    {
        using var scene = new MergeScene();
        var target = Model(scene, "target", targetTie, targetLayout, 1);
        var from = Model(scene, "from", donorTie, donorLayout, 5);
        var minus = Model(scene, "minus", donorTie, donorLayout, 3);

        var merged = scene.Merged(MergeScene.RecipeOf(target, MergeScene.Pair(from, minus, "0.5")));

        CollectionAssert.AreEquivalent(ModelFolder.Read(target).Select(t => t.Name).ToArray(), merged.Keys.ToArray());
        foreach (var name in new[] { Head, Embedding }.Where(merged.ContainsKey))
            CollectionAssert.AreEqual(new float[] { 2, 2 }, merged[name].Values, name);
    }

    [TestMethod]
    [DataRow(Embedding)]
    [DataRow(Head)]
    [DataRow("both")]
    public void A_vector_of_either_name_reaches_a_tied_target_of_either_name(string vectorLayout)
    {
        foreach (var targetLayout in new[] { Embedding, Head, "both" })
        {
            using var scene = new MergeScene();
            var target = Model(scene, "target", "tied", targetLayout, 1);
            var vector = ModelFolder.WriteFile(scene["v.safetensors"], Matrices(vectorLayout, 2));

            var merged = scene.Merged(MergeScene.RecipeOf(target, MergeScene.Vector(vector)));

            foreach (var name in new[] { Head, Embedding }.Where(merged.ContainsKey))
                CollectionAssert.AreEqual(new float[] { 3, 3 }, merged[name].Values, $"{targetLayout} {name}");
        }
    }

    [TestMethod]
    public void A_tied_target_refuses_an_untied_donor_whose_head_is_another()
    {
        using var scene = new MergeScene();
        var target = Model(scene, "target", "tied", Embedding, 1);
        var own = ModelFolder.Write(scene["own"], Config("untied"), [.. Matrices(Embedding, 2), .. Matrices(Head, 3)]);

        scene.RefusedBeforeWriting(MergeScene.RecipeOf(target, MergeScene.Pair(own, target))).Single("TA2012", own, $"'{Head}'", $"'{Embedding}'");
    }

    [TestMethod]
    public void A_checkpoint_that_says_tied_but_stores_two_matrices_is_refused()
    {
        using var scene = new MergeScene();
        var contradicting = ModelFolder.Write(scene["contradicting"], Config("tied"), [.. Matrices(Embedding, 2), .. Matrices(Head, 3)]);
        var untied = Model(scene, "untied", "untied", "both", 1);

        scene.RefusedBeforeWriting(MergeScene.RecipeOf(contradicting, MergeScene.Pair(untied, untied))).Single("TA2012", contradicting);
        scene.RefusedBeforeWriting(MergeScene.RecipeOf(untied, MergeScene.Pair(contradicting, untied))).Single("TA2012", contradicting);
    }

    [TestMethod]
    public void Untied_models_merge_head_and_embedding_apart()
    {
        using var scene = new MergeScene();
        var target = ModelFolder.Write(scene["target"], Config("untied"), [.. Matrices(Embedding, 1), .. Matrices(Head, 10)]);
        var donor = ModelFolder.Write(scene["donor"], Config("untied"), [.. Matrices(Embedding, 2), .. Matrices(Head, 30)]);

        var merged = scene.Merged(MergeScene.RecipeOf(target, MergeScene.Pair(donor, target)));

        Assert.AreEqual((2f, 30f), (merged[Embedding].Values[0], merged[Head].Values[0]));
    }

    private static string Model(MergeScene scene, string name, string tie, string layout, float value) =>
        ModelFolder.Write(scene[name], Config(tie), [.. Matrices(layout, value), TestTensor.Vector("model.norm.weight", DType.F32, 1)]);

    private static string Config(string tie) => $$"""{"model_type": "qwen2", "tie_word_embeddings": {{(tie == "tied" ? "true" : "false")}}}""";

    private static IReadOnlyList<TestTensor> Matrices(string layout, float value) =>
        [.. (layout == "both" ? new[] { Embedding, Head } : [layout]).Select(name => TestTensor.Of(name, DType.F32, [2, 1], value, value))];
}
