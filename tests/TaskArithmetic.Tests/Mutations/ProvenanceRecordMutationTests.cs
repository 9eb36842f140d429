using System.Text;
using System.Text.RegularExpressions;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Merging;
using TaskArithmetic.Provenance;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Merging;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Mutations;

/// <summary>A damaged record of a merged model, its recipe above all: verified, rebuilt and replaced or refused with a code, and nothing of the user's lost.</summary>
[TestClass]
public sealed class ProvenanceRecordMutationTests
{
    private const string Precious = "notes of the user.txt";

    private static readonly string[] Words =
    [
        "\"recipe\": {", "\"method\": \"ties\"", "\"method\": \"slerp\"", "\"inputs\": []", "\"inputs\": [null]", "\"slices\": [{\"inputs\": null}]", "\"slices\": [null]", "\"layers\": [0, 1000000000]", "\"layers\": [-1, 2147483647]",
        "\"parameters\": null", "\"parameters\": {\"t\": [{\"filter\": null, \"value\": 1e999}]}", "\"weight\": []", "\"weight\": NaN", "\"tensors\": null", "\"tensors\": [null]", "\"exclude\": [\"**/**/**/**/**/**/**/**/x\"]",
        "\"tokenizer\": {\"source\": \"union\", \"padToMultipleOf\": 9223372036854775807}", "\"padToMultipleOf\": 0", "\"tokens\": {\"x\": null}", "\"maxShardSize\": 1", "\"outputDtype\": \"I8\"", "\"chatTemplate\": \"/dev/zero\"",
        "\"outputs\": []", "\"name\": \"../../x\"", "\"size\": -1", "\"schema\": 1", "\"merge\": null", "\"terms\": [{\"alpha\": null}]", "\\ud800", "null", "{", "}", "[", "]", ",",
    ];

    [TestMethod]
    public void Every_damaged_record_is_taken_or_refused_with_a_code()
    {
        using var scene = new MergeScene();
        string Model(string name, int seed) => scene.Model(name, TestTensor.Random("model.layers.0.w", DType.F32, seed, 0.1f, 16), TestTensor.Random("model.layers.1.w", DType.F32, seed + 1, 0.1f, 16));
        var recipe = MergeScene.RecipeOf(Model("target", 1), MergeScene.Pair(Model("from", 2), Model("minus", 3), "0.5", "**"));
        var sliced = new Recipe
        {
            Method = "linear",
            Base = scene["target"],
            Slices = [new RecipeSlice([RecipeInput.Of(scene["from"], null, ParameterValue.Parse("0.5")) with { Layers = new LayerRange(0, 2) }]) { Base = scene["target"], BaseLayers = new LayerRange(0, 2) }],
        };
        byte[][] seeds = [.. new[] { recipe, sliced }.Select(r =>
        {
            scene.Run(r);
            // Without its seal, as those of version 0.1.0 were, so that damage reaches what is behind.
            return Encoding.UTF8.GetBytes(Regex.Replace(File.ReadAllText(Path.Combine(scene.Output, ProvenanceFile.FileName)), ",\n  \"digest\": \"[0-9a-f]+\"\n}", "\n}"));
        })];
        File.WriteAllText(scene["out", Precious], "precious");
        var run = 0;
        new MutationRun("record", bytes =>
        {
            var record = Path.Combine(scene.Output, ProvenanceFile.FileName);
            Directory.CreateDirectory(scene.Output);
            File.WriteAllBytes(record, bytes);
            try
            {
                if (run++ % 2 == 0)
                    ProvenanceVerification.Verify(scene.Output);
                else
                    ProvenanceVerification.Rebuild(scene.Output, scene.Options, CancellationToken.None);
            }
            finally
            {
                CollectionAssert.AreEqual(bytes, File.ReadAllBytes(record));
                Assert.AreEqual("precious", File.ReadAllText(scene["out", Precious]));
                CollectionAssert.AreEquivalent(new[] { "model", Precious }, Directory.GetFileSystemEntries(scene["out"]).Select(Path.GetFileName).ToList());
            }
        }).Require(new Mutation(seeds, Words), Mutation.Count(400));
    }
}
