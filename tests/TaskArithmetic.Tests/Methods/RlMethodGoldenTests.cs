using System.Text.Json;
using TaskArithmetic.Methods;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Methods;

/// <summary>Methods for RL-trained vectors, against numbers computed in double.</summary>
[TestClass]
[RequiresShared("golden/rl-methods")]
public sealed class RlMethodGoldenTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    [DataRow(WholeTensor.UsualChunk, 1)]
    [DataRow(997, 3)]
    public void Dots_cuts_rescales_and_adds_as_the_golden_models_say(int chunk, int threads)
    {
        foreach (var golden in RlGoldenCase.Of("dots"))
        {
            var model = Dots(golden).Cut(chunk, threads);
            Report(golden, golden.AssertEqual(model.Merge()));
            if (golden.Parameters.GetProperty("rescale").GetBoolean())
                AssertFacts(golden, model.Facts(), ("norm", "norm"), ("norm_kept", "norm of what is kept"), ("rescale_factor", "rescale factor"));
        }
    }

    [TestMethod]
    [DataRow(WholeTensor.UsualChunk, 1)]
    [DataRow(997, 3)]
    public void Ramplus_scales_what_one_vector_alone_changes_by_counts_over_the_whole_model(int chunk, int threads)
    {
        foreach (var golden in RlGoldenCase.Of("ramplus"))
        {
            var model = golden.Model("ramplus", Global(golden.Parameters), []).Cut(chunk, threads);
            Report(golden, golden.AssertEqual(model.Merge()));
            AssertFacts(golden, model.Facts(), ("changed", "changed entries"), ("shared", "shared entries"), ("unique", "unique entries"), ("scale", "scale of unique entries"));
        }
    }

    [TestMethod]
    public void Group_mean_sum_averages_within_groups_and_adds_them()
    {
        foreach (var golden in RlGoldenCase.Of("group_mean_sum"))
            Report(golden, golden.AssertEqual(golden.Model("group_mean_sum", [], new() { ["group"] = Groups(golden.Parameters) }).Merge()));
    }

    [TestMethod]
    [DataRow(WholeTensor.UsualChunk, 1)]
    [DataRow(997, 3)]
    public void The_controls_take_lengths_and_products_over_the_whole_model(int chunk, int threads)
    {
        foreach (var golden in RlGoldenCase.Of("control"))
        {
            var model = golden.Model(golden.Parameters.GetProperty("kind").GetString()!, [], []).Cut(chunk, threads);
            Report(golden, golden.AssertEqual(model.Merge()));
            var facts = model.Facts();
            var names = new[] { "norm_r", "norm_o", "R", "alpha", "orthogonal_energy_share" };
            for (var i = 0; i < names.Length; i++)
                Assert.AreEqual(golden.Intermediate.GetProperty(names[i]).GetDouble(), facts[i].Value, 1e-6 * Math.Abs(facts[i].Value), $"{golden.Name} {names[i]}");
        }
    }

    [TestMethod]
    public void Resmerge_parts_heads_from_tails_and_finds_the_agreement_that_the_golden_models_have()
    {
        foreach (var golden in RlGoldenCase.Of("resmerge"))
        {
            var model = golden.Model("resmerge", Global(golden.Parameters), []);
            Report(golden, golden.AssertEqual(model.Merge()));
            foreach (var expected in golden.Intermediate.EnumerateObject())
            {
                var agreement = ((Resmerge.Spectral)model.Tensors.Single(t => t.Context.Name == expected.Name).Learnt(model.Method)).Agreement!;
                AssertAgreement(expected.Value, agreement, $"{golden.Name} {expected.Name}");
            }
        }
    }

    [TestMethod]
    public void Masked_task_arithmetic_leaves_principal_weights_of_the_origin_alone()
    {
        foreach (var golden in RlGoldenCase.Of("masked_inject"))
        {
            var global = new[] { "rank", "alpha_principal", "alpha_low" }.ToDictionary(p => p, p => (object)golden.Parameters.GetProperty(p).GetDouble());
            var strength = golden.Parameters.GetProperty("strength").GetDouble();
            Report(golden, golden.AssertEqual(golden.Model("masked_task_arithmetic", global, new() { ["weight"] = [1.0, strength], ["role"] = ["origin", "donor"] }).Merge()));
        }
    }

    private static void AssertAgreement(JsonElement expected, Resmerge.Agreement agreement, string where)
    {
        void AreClose(string name, double actual, double absolute = 1e-7) => Assert.AreEqual(expected.GetProperty(name).GetDouble(), actual, absolute, $"{where} {name}");
        Assert.AreEqual(expected.GetProperty("branch").GetString(), agreement.Branch.ToString().ToLowerInvariant(), where);
        AreClose("s_R", agreement.TailCosine);
        AreClose("c_R", agreement.Consensus);
        AreClose("beta", agreement.Beta);
        AreClose("norm_A", agreement.TailNorm);
        AreClose("S_H", agreement.HeadCosine);
        AreClose("norm_H_mean", agreement.MeanHeadNorm);
        AreClose("norm_C", agreement.CorrectionNorm);
        AreClose("smallest_gap", agreement.SmallestGap, 1e-5);
        for (var i = 0; i < agreement.TailNorms.Length; i++)
        {
            Assert.AreEqual(expected.GetProperty("residual_norms")[i].GetDouble(), agreement.TailNorms[i], 1e-7, $"{where} residual norm {i}");
            Assert.AreEqual(expected.GetProperty("head_energy_share")[i].GetDouble(), agreement.HeadShares[i], 1e-6, $"{where} head share {i}");
        }
    }

    /// <summary>Facts that the manifest has for each vector; float32 differences of weights are off by a share of 1e-7.</summary>
    private static void AssertFacts(RlGoldenCase golden, IReadOnlyList<MethodFact> facts, params (string Golden, string Ours)[] names)
    {
        var vectors = golden.Intermediate.EnumerateArray().ToArray();
        foreach (var (theirs, ours) in names)
        {
            for (var i = 0; i < vectors.Length; i++)
            {
                var expected = vectors[i].GetProperty(theirs).GetDouble();
                Assert.AreEqual(expected, facts.Single(f => f.Name == ours && f.Input == i).Value, 1e-6 * expected, $"{golden.Name} {theirs} of {i}");
            }
        }
    }

    private static WholeModel Dots(RlGoldenCase golden) => golden.Model(
        "dots",
        new() { ["rescale"] = golden.Parameters.GetProperty("rescale").GetBoolean() ? "global" : "none" },
        new() { ["weight"] = Numbers(golden.Parameters.GetProperty("scale")), ["density"] = Numbers(golden.Parameters.GetProperty("density")) });

    private static object[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(e => (object)e.GetDouble())];

    private static Dictionary<string, object> Global(JsonElement parameters) => parameters.EnumerateObject()
        .ToDictionary(p => p.Name, p => p.Value.ValueKind == JsonValueKind.Number ? p.Value.GetDouble() : (object)p.Value.GetString()!);

    private static object[] Groups(JsonElement parameters)
    {
        var groups = parameters.GetProperty("groups").EnumerateArray().Select(g => g.EnumerateArray().Select(i => i.GetInt32()).ToArray()).ToArray();
        return [.. Enumerable.Range(0, groups.Sum(g => g.Length)).Select(i => $"group {Array.FindIndex(groups, g => g.Contains(i))}")];
    }

    private void Report(RlGoldenCase golden, int differing) => TestContext.WriteLine($"{golden.Name}: {differing} values differ, all within what the case allows");
}
