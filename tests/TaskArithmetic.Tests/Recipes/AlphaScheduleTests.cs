using CsCheck;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Tests.Recipes;

[TestClass]
public sealed class AlphaScheduleTests
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
        var schedule = AlphaSchedule.Parse(text);

        for (var layer = 0; layer < layers; layer++)
            Assert.AreEqual(expected[layer], schedule.At(layer, layers), 1e-15, $"layer {layer}");
    }

    [TestMethod]
    public void The_first_and_the_last_layer_take_the_outer_anchors_exactly()
    {
        Gen.Select(Gen.Double[-4, 4].Array[1, 9], Gen.Int[2, 200]).Sample((anchors, layers) =>
        {
            var schedule = AlphaSchedule.Of(anchors);

            Assert.AreEqual(anchors[0], schedule.At(0, layers));
            Assert.AreEqual(anchors[^1], schedule.At(layers - 1, layers));
            Assert.IsTrue(Enumerable.Range(0, layers).All(l => schedule.At(l, layers) >= anchors.Min() - 1e-12 && schedule.At(l, layers) <= anchors.Max() + 1e-12));
        });
    }

    [TestMethod]
    public void The_only_layer_of_a_network_stands_at_its_end()
    {
        Assert.AreEqual(0.2, AlphaSchedule.Parse("[0.8, 0.2]").At(0, 1));
    }

    [TestMethod]
    public void Embeddings_final_norm_and_head_take_the_first_value()
    {
        Assert.AreEqual(0.8, AlphaSchedule.Parse("[0.8, 0.2]").At(null, 12));
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    [DataRow("  ")]
    public void Nothing_means_one(string? text)
    {
        Assert.AreEqual(AlphaSchedule.One, AlphaSchedule.Parse(text));
    }

    [TestMethod]
    [DataRow("0.7")]
    [DataRow(" 1e-3 ")]
    [DataRow("-1")]
    [DataRow("[0.8, 0.2]")]
    [DataRow("[ 1 , 0.1 , -0.30000000000000004 ]")]
    public void What_is_written_is_read_back(string text)
    {
        var schedule = AlphaSchedule.Parse(text);

        Assert.AreEqual(schedule, AlphaSchedule.Parse(schedule.ToString()));
        Assert.AreEqual(schedule.GetHashCode(), AlphaSchedule.Parse(schedule.ToString()).GetHashCode());
    }

    [TestMethod]
    [DataRow("high")]
    [DataRow("[0.1, high]")]
    [DataRow("[]")]
    [DataRow("[[0, 1], [1, 0]]")]
    [DataRow("[0.5")]
    [DataRow("0.5]")]
    [DataRow("0,7")]
    [DataRow("NaN")]
    [DataRow("[1, Infinity]")]
    [DataRow("1e400")]
    public void What_is_no_finite_number_or_list_of_them_is_refused(string text)
    {
        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => AlphaSchedule.Parse(text));

        Assert.AreEqual("TA2013", refusal.Diagnostics.Single().Code);
        StringAssert.Contains(refusal.Message, $"'{text}'");
    }

    [TestMethod]
    [DataRow(new double[0])]
    [DataRow(new[] { 1, double.NaN })]
    [DataRow(new[] { double.NegativeInfinity })]
    public void Numbers_that_are_none_are_refused_from_code_as_well(double[] values)
    {
        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => AlphaSchedule.Of(values));

        Assert.AreEqual("TA2013", refusal.Diagnostics.Single().Code);
    }
}
