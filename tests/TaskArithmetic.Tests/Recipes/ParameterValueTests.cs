using CsCheck;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Tests.Recipes;

[TestClass]
public sealed class ParameterValueTests
{
    [TestMethod]
    // t = layer / (layers − 1), spread over the gaps between anchors, linear in between: worked by hand.
    [DataRow("[0, 1]", 5, new[] { 0, 0.25, 0.5, 0.75, 1 })]
    [DataRow("[1, 0.5, 0]", 4, new[] { 1, 0.66666666666666674, 0.33333333333333337, 0 })]
    [DataRow("[0.8, 0.2]", 3, new[] { 0.8, 0.5, 0.2 })]
    [DataRow("[0, 1, 0]", 2, new[] { 0.0, 0 })]
    [DataRow("[2, 4, 8]", 5, new[] { 2.0, 3, 4, 6, 8 })]
    [DataRow("0.7", 3, new[] { 0.7, 0.7, 0.7 })]
    [DataRow("[0.25]", 2, new[] { 0.25, 0.25 })]
    public void Anchors_spread_over_the_depth_as_mergekits_gradients_do(string text, int layers, double[] expected)
    {
        var schedule = ParameterValue.Parse(text);

        for (var layer = 0; layer < layers; layer++)
            Assert.AreEqual(expected[layer], NumberAt(schedule, layers > 1 ? (double)layer / (layers - 1) : 1), 1e-15, $"layer {layer}");
    }

    [TestMethod]
    public void The_first_and_the_last_layer_take_the_outer_anchors_exactly()
    {
        Gen.Select(Gen.Double[-4, 4].Array[1, 9], Gen.Int[2, 200]).Sample((anchors, layers) =>
        {
            var schedule = ParameterValue.Of([.. anchors.Select(a => new Scalar(a))]);

            Assert.AreEqual(anchors[0], NumberAt(schedule, 0));
            Assert.AreEqual(anchors[^1], NumberAt(schedule, 1));
            Assert.IsTrue(Enumerable.Range(0, layers).All(l => NumberAt(schedule, (double)l / (layers - 1)) >= anchors.Min() - 1e-12 && NumberAt(schedule, (double)l / (layers - 1)) <= anchors.Max() + 1e-12));
        });
    }

    [TestMethod]
    public void The_first_filter_that_fits_counts_and_none_gives_no_value()
    {
        var value = ParameterValue.Parse("""[{"filter": "mlp", "value": [0.8, 0.2]}, {"filter": "*.q_proj.*", "value": 0.5}]""");

        Assert.AreEqual(0.5, value.At("model.layers.0.mlp.up_proj.weight", 0.5)!.Value.Number);
        Assert.AreEqual(0.5, value.At("model.layers.0.self_attn.q_proj.weight", 0)!.Value.Number);
        Assert.IsNull(value.At("model.norm.weight", 0));
        Assert.AreEqual(0.1, value.Or(0.1).At("model.norm.weight", 0)!.Value.Number);
    }

    [TestMethod]
    [DataRow("0.7")]
    [DataRow(" 1e-3 ")]
    [DataRow("-1")]
    [DataRow("[0.8, 0.2]")]
    [DataRow("[ 1 , 0.1 , -0.30000000000000004 ]")]
    public void What_is_written_is_read_back(string text)
    {
        var schedule = ParameterValue.Parse(text);

        Assert.AreEqual(schedule, ParameterValue.Parse(schedule.ToString()));
        Assert.AreEqual(schedule.GetHashCode(), ParameterValue.Parse(schedule.ToString()).GetHashCode());
    }

    [TestMethod]
    [DataRow("[]")]
    [DataRow("[[0, 1], [1, 0]]")]
    [DataRow("[0.1,")]
    [DataRow("{\"filter\": \"mlp\"}")]
    [DataRow("[{\"filter\": \"mlp\", \"value\": 1, \"extra\": 2}]")]
    public void What_is_no_value_is_refused(string text)
    {
        Assert.ThrowsExactly<FormatException>(() => ParameterValue.Parse(text));
    }

    private static double NumberAt(ParameterValue value, double t) => value.At("model.layers.0.mlp.up_proj.weight", t)!.Value.Number!.Value;
}
