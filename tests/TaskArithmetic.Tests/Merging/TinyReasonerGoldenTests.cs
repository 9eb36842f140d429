using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Merging;
using TaskArithmetic.Recipes;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Merging;

/// <summary>A real SFT/GRPO pair and the digests an independent program computed for its merges.</summary>
[TestClass]
[RequiresShared("models/tiny-reasoner/golden.json")]
public sealed class TinyReasonerGoldenTests
{
    [TestMethod]
    public void Every_alpha_gives_the_golden_digest_and_the_golden_losses()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("models", "tiny-reasoner", "golden.json")));
        foreach (var expected in golden.RootElement.GetProperty("merged").GetProperty("by_alpha").EnumerateObject())
        {
            using var folder = new TemporaryFolder();
            var report = ModelMerge.Run(RecipeOf(expected.Name), folder["model"], new MergeOptions { CacheDirectory = folder["cache"] }, CancellationToken.None);

            Assert.AreEqual(expected.Value.GetProperty("sha256").GetString(), TensorDigest(folder["model"]), $"alpha {expected.Name}");
            Assert.AreEqual(expected.Value.GetProperty("weights_changed").GetInt64(), report.Summary.Survived, $"alpha {expected.Name}");
            Assert.AreEqual(expected.Value.GetProperty("weights_of_v_lost_in_rounding").GetInt64(), report.Summary.Asked - report.Summary.Survived, $"alpha {expected.Name}");
        }
    }

    [TestMethod]
    public void The_facts_of_the_pair_are_measured_right()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("models", "tiny-reasoner", "golden.json")));
        var pair = golden.RootElement.GetProperty("pair");
        using var folder = new TemporaryFolder();

        var summary = ModelMerge.Check(RecipeOf("1.0"), new MergeOptions { CacheDirectory = folder["cache"] }, CancellationToken.None).Summary;

        Assert.AreEqual(pair.GetProperty("norm_v").GetDouble(), summary.Terms[0].Norm, 1e-9);
        Assert.AreEqual(pair.GetProperty("norm_target").GetDouble(), summary.TargetNorm, 1e-7);
        Assert.AreEqual(
            pair.GetProperty("equal_weights_in_donors").GetDouble() / pair.GetProperty("parameters").GetDouble(), summary.Terms[0].EqualFraction, 1e-12);
        Assert.AreEqual(pair.GetProperty("lowest_cosine_target_sft_on_matrices").GetDouble(), summary.Terms[0].LowestCosine!.Value, 0.002);
    }

    private static Recipe RecipeOf(string alpha) => new()
    {
        Base = SharedData.PathOf("models", "tiny-reasoner", "target"),
        Inputs = [RecipeInput.Of(SharedData.PathOf("models", "tiny-reasoner", "grpo"), SharedData.PathOf("models", "tiny-reasoner", "sft"), ParameterValue.Parse(alpha))],
    };

    private static string TensorDigest(string model)
    {
        using var checkpoint = Checkpoint.Open(model);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in checkpoint.Tensors.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(tensor.File.Read(tensor.Info));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
