using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Caching;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Merging;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Mutations;

/// <summary>
/// A damaged description of a cache entry: whatever it says, later runs neither fail nor give another model.
/// <c>TASKARITHMETIC_MUTATIONS=20000</c> is the long form.
/// </summary>
[TestClass]
public sealed class CacheEntryMutationTests
{
    private static readonly string[] Words =
    [
        "\"Sha256\":", "\"Key\":", "\"Kind\":\"vector\"", "\"Files\":[]", "\"Files\":[null]", "\"Details\":null", "\"Details\":{}", "\"Name\":\"../../x\"", "\"Name\":\"a\\u0000b\"", "\"Size\":-1", "\"Terms\":[null]",
        "\"From\":null", "\"Elements\":1e999", "NaN", "\"NaN\"", "null", "{", "}", "[", "]", ",", "model.layers.0.w",
    ];

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void No_damaged_description_is_a_failure_or_another_model(bool sealedAgain)
    {
        using var scene = new MergeScene();
        string Model(string name, int seed) => scene.Model(name, TestTensor.Random("model.layers.0.w", DType.F32, seed, 0.1f, 16), TestTensor.Random("model.layers.1.w", DType.F32, seed + 1, 0.1f, 16));
        var recipe = MergeScene.RecipeOf(Model("target", 1), MergeScene.Pair(Model("from", 2), Model("minus", 3), "0.5"));
        var description = scene["cache", "entries", scene.Run(recipe, useCache: true).Key, "entry.json"];
        var intact = File.ReadAllBytes(description);
        var weights = MergeScene.WeightDigestsOf(scene.Output).ToList();
        var cache = new ContentCache(scene.Cache);
        var run = 0;

        new MutationRun(sealedAgain ? "sealed cache entry" : "cache entry", bytes =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(description)!);
            // Sealed, so that the damage reaches what is behind the seal.
            File.WriteAllBytes(description, sealedAgain && bytes.AsSpan().StartsWith("{"u8) ? SealedJson.Seal(bytes) : bytes);
            switch (run++ % 4)
            {
                case 1:
                    cache.List();
                    cache.Foreign();
                    break;
                case 2:
                    cache.Verify();
                    break;
                case 3:
                    cache.Prune(1000);
                    break;
            }
            scene.Run(recipe, useCache: true);
            CollectionAssert.AreEquivalent(weights, MergeScene.WeightDigestsOf(scene.Output).ToList());
        }).Require(new Mutation([sealedAgain ? SealedJson.Open(intact)! : intact], Words), Mutation.Count(100));
    }
}
