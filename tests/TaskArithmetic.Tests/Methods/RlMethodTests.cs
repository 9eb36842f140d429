using System.Text.Json;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Methods;

/// <summary>Methods for RL-trained vectors on cases that were computed by hand.</summary>
[TestClass]
[RequiresShared("golden/rl-methods")]
public sealed class RlMethodTests
{
    [TestMethod]
    [DataRow("dots", 4)]
    [DataRow("ramplus", 4)]
    [DataRow("group_mean_sum", 1)]
    [DataRow("control", 3)]
    [DataRow("resmerge", 6)]
    [DataRow("masked_inject", 1)]
    public void Cases_computed_by_hand_come_out(string method, int count)
    {
        using var cases = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("golden", "rl-methods", "tiny.json")));
        var items = cases.RootElement.EnumerateArray().Where(c => c.GetProperty("method").GetString() == method).ToArray();
        Assert.HasCount(count, items);
        foreach (var item in items)
        {
            var merged = Model(item).Merge();
            foreach (var tensor in item.GetProperty("expected").EnumerateObject())
            {
                var expected = Values(tensor.Value).Values;
                for (var i = 0; i < expected.Length; i++)
                    Assert.AreEqual(expected[i], merged[tensor.Name][i], item.GetProperty("tolerance").GetSingle(), $"{item.GetProperty("case")}: {tensor.Name}[{i}]; {item.GetProperty("by_hand")}");
            }
        }
    }

    [TestMethod]
    public void A_control_refuses_a_vector_without_direction()
    {
        float[] zero = [0, 0];
        foreach (var method in new[] { "norm_matched", "residual_removed", "orthogonal_part" })
        {
            var model = new Dictionary<string, (int[], float[])> { ["x"] = ([2], zero) };
            var error = Assert.ThrowsExactly<DiagnosticException>(() => WholeModel.Of(method, model, [model, model], [], []).Merge());
            Assert.AreEqual("TA2066", error.Diagnostics[0].Code, method);
        }
    }

    [TestMethod]
    [DataRow("dots", 1)]
    [DataRow("ramplus", 1)]
    [DataRow("group_mean_sum", 1)]
    [DataRow("norm_matched", 2)]
    public void A_tensor_without_elements_stays_empty(string method, int count) => Assert.IsEmpty(MergeCase.Of(
        method, [0, 4], [], [.. Enumerable.Repeat(Array.Empty<float>(), count)], inputs: method == "group_mean_sum" ? new() { ["group"] = ["a"] } : null).Merge());

    [TestMethod]
    public void Resmerge_counts_its_branches_and_warns_of_vectors_of_very_different_length()
    {
        const string Name = "model.layers.0.mlp.up_proj.weight";
        var merge = MergeCase.Of("resmerge", [3, 3], new float[9], [[9, 0, 0, 0, 5, 0, 0, 0, 0], [9, 0, 0, 0, 1.4f, 0, 0, 0, 4.8f]], tensor: Name);
        var learnt = merge.Inputs.Learnt(merge.Method);
        Assert.AreEqual("tails on the sphere", learnt.Counts.Single().Name);
        Assert.IsEmpty(learnt.Remarks);

        merge = MergeCase.Of("resmerge", [3, 3], new float[9], [[9, 0, 0, 0, 5, 0, 0, 0, 0], [0.9f, 0, 0, 0, -0.5f, 0, 0, 0, 0.1f]], tensor: Name);
        learnt = merge.Inputs.Learnt(merge.Method);
        Assert.AreEqual("tails averaged", learnt.Counts.Single().Name);
        Assert.Contains("more than three times", learnt.Remarks.Single());
    }

    [TestMethod]
    public void Masks_take_the_lower_index_of_equal_weights_and_zeros_too()
    {
        const string Name = "model.layers.0.mlp.up_proj.weight";
        float[] ones = [1, 1, 1, 1];
        Assert.AreSequenceEqual(new float[] { 1, 1, 0, 2 }, MergeCase.Of("masked_task_arithmetic", [2, 2], [0, 0, 0, 2], [[1, 1, 1, 3]], new() { ["mask"] = "low", ["alpha_low"] = 0.5 }, tensor: Name).Merge());
        Assert.AreSequenceEqual(new float[] { 2, 2, 1, 1 }, MergeCase.Of("masked_task_arithmetic", [2, 2], ones, [[2, 2, 2, 2]], new() { ["mask"] = "principal", ["rank"] = 1.0, ["alpha_principal"] = 0.5 }, tensor: Name).Merge());
    }

    [TestMethod]
    public void A_mask_needs_its_parameters_and_one_origin_at_most()
    {
        var merge = MergeCase.Of("masked_task_arithmetic", [2], [0, 0], [[1, 1], [1, 1]], inputs: new() { ["role"] = ["origin", "origin"] });
        Assert.HasCount(5, merge.Method.Problems(merge.Inputs.Context).ToList());
    }

    [TestMethod]
    public void Dots_makes_no_survey_unless_it_rescales()
    {
        var merge = MergeCase.Of("dots", [2], [0, 0], [[1, 2]]);
        Assert.IsFalse(merge.Method.Bind(merge.Inputs.Context).NeedsSurvey);
        merge = MergeCase.Of("dots", [2], [0, 0], [[1, 2]], new() { ["rescale"] = "global" });
        Assert.IsTrue(merge.Method.Bind(merge.Inputs.Context).NeedsSurvey);
    }

    private static WholeModel Model(JsonElement item)
    {
        var parameters = item.GetProperty("parameters");
        var experts = item.GetProperty("experts").EnumerateArray().Select(Tensors).ToArray();
        var origin = Tensors(item.GetProperty("base"));
        var name = item.GetProperty("method").GetString()!;
        switch (name)
        {
            case "dots":
                return WholeModel.Of(name, origin, experts, new() { ["rescale"] = parameters.GetProperty("rescale").GetBoolean() ? "global" : "none" }, new()
                {
                    ["weight"] = Numbers(parameters.GetProperty("scale")),
                    ["density"] = Numbers(parameters.GetProperty("density")),
                });
            case "group_mean_sum":
                return WholeModel.Of(name, origin, experts, [], new() { ["group"] = Groups(parameters.GetProperty("groups")) });
            case "control":
                return WholeModel.Of(parameters.GetProperty("kind").GetString()!, origin, experts, [], []);
            case "masked_inject":
                return WholeModel.Of(
                    "masked_task_arithmetic",
                    origin,
                    experts,
                    new[] { "rank", "alpha_principal", "alpha_low" }.ToDictionary(p => p, p => (object)parameters.GetProperty(p).GetDouble()),
                    new() { ["weight"] = [parameters.GetProperty("strength").GetDouble()] });
            default:
                return WholeModel.Of(name, origin, experts, parameters.EnumerateObject().ToDictionary(
                    p => p.Name, p => p.Value.ValueKind == JsonValueKind.Number ? p.Value.GetDouble() : (object)p.Value.GetString()!), []);
        }
    }

    private static object[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(e => (object)e.GetDouble())];

    private static object[] Groups(JsonElement list)
    {
        var groups = list.EnumerateArray().Select(g => g.EnumerateArray().Select(i => i.GetInt32()).ToArray()).ToArray();
        return [.. Enumerable.Range(0, groups.Sum(g => g.Length)).Select(i => $"group {Array.FindIndex(groups, g => g.Contains(i))}")];
    }

    private static Dictionary<string, (int[] Shape, float[] Values)> Tensors(JsonElement model) => model.EnumerateObject().ToDictionary(t => t.Name, t => Values(t.Value));

    private static (int[] Shape, float[] Values) Values(JsonElement tensor)
    {
        var rows = tensor.EnumerateArray().ToArray();
        if (rows[0].ValueKind == JsonValueKind.Number)
            return ([rows.Length], [.. rows.Select(r => r.GetSingle())]);
        var matrix = rows.Select(r => r.EnumerateArray().Select(v => v.GetSingle()).ToArray()).ToArray();
        return ([matrix.Length, matrix[0].Length], [.. matrix.SelectMany(r => r)]);
    }
}
