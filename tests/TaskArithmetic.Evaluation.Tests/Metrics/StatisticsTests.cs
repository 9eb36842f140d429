using TaskArithmetic.Evaluation.Metrics;

namespace TaskArithmetic.Evaluation.Tests.Metrics;

/// <summary>The worked numbers of the specification, and cases checked by hand.</summary>
[TestClass]
public sealed class StatisticsTests
{
    [TestMethod]
    public void The_standard_error_of_a_mean_is_the_sample_deviation_over_the_root_of_the_count()
    {
        MetricValue[] items = [.. new double[] { 1, 0, 1, 1, 0 }.Select(MetricValue.Float)];
        Assert.AreEqual(0.2449489742783178, StandardError.Of(Aggregation.Mean, items, 100_000)!.Value, 1e-15);
        Assert.IsNull(StandardError.Of(Aggregation.Mean, items[..1], 100_000), "one item has none");
        Assert.IsNull(StandardError.Of(Aggregation.Mean, items, 0), "no bootstrap draws switch all of them off");
        Assert.IsNull(StandardError.Of(Aggregation.BrierScore, items, 100_000));
    }

    [TestMethod]
    public void A_groups_standard_error_is_pooled() =>
        Assert.AreEqual(0.020331, StandardError.Pooled([0.03, 0.02], [250, 146]), 1e-6);

    [TestMethod]
    [DataRow(10, 3, 1, 0.3)]
    [DataRow(10, 3, 5, 0.9166666666666666)]
    [DataRow(2, 1, 2, 1.0)]
    [DataRow(1, 0, 1, 0.0)]
    public void Pass_at_k_is_the_unbiased_estimate(int n, int c, int k, double expected) =>
        Assert.AreEqual(expected, PassAtK.Estimate(n, c, k), 1e-12);

    [TestMethod]
    public void A_bootstrap_depends_on_its_draws_alone()
    {
        MetricValue[] items = [.. Enumerable.Range(1, 30).Select(i => MetricValue.Float(-i / 10.0))];
        var first = StandardError.Of(Aggregation.Perplexity, items, 5000);
        Assert.AreEqual(first, StandardError.Of(Aggregation.Perplexity, items, 5000));
        Assert.AreNotEqual(first, StandardError.Of(Aggregation.Perplexity, items, 4000));
    }

    [TestMethod]
    public void Label_metrics_follow_their_formulas()
    {
        // True 1,1,0,0,1; predicted 1,0,0,1,1: TP 2, FP 1, FN 1, TN 1.
        MetricValue[] items = [.. new[] { (1, 1), (1, 0), (0, 0), (0, 1), (1, 1) }.Select(p => MetricValue.Labels(p.Item1, p.Item2))];
        Assert.AreEqual(2.0 / 3, Aggregation.F1.Apply(items), 1e-15);
        Assert.AreEqual((2 * 1 - 1 * 1) / Math.Sqrt(3 * 3 * 2 * 2), Aggregation.Mcc.Apply(items), 1e-15);
    }

    [TestMethod]
    [DataRow(new[] { -9, -7.5, -8.25, -3 }, 1.0, 1.0)]
    [DataRow(new[] { -2, -7.5, -8.25, -3 }, 0.0, 0.0)]
    public void Choices_are_scored_as_in_the_worked_sciq_example(double[] logProbabilities, double acc, double accNorm)
    {
        var outcome = new ChoiceOutcome(["fatty", "lactic", "hydrochloric", "amino"], logProbabilities, new bool[4], null, [3], false);
        var scores = outcome.Score(["acc", "acc_norm"]).ToDictionary(s => s.Metric, s => s.Value.First);
        Assert.AreEqual(acc, scores["acc"]);
        Assert.AreEqual(accNorm, scores["acc_norm"]);
    }

    [TestMethod]
    public void Equal_choices_go_to_the_first_and_lengths_count_code_points()
    {
        var tie = new ChoiceOutcome(["a", "a"], [-1, -1], new bool[2], null, [0], false);
        Assert.AreEqual(1, tie.Score(["acc"]).Single().Value.First);
        // Per character -4 against -3; per byte -1 against -3.
        var emoji = new ChoiceOutcome(["🙂", "b"], [-4, -3], new bool[2], null, [0], false);
        var scores = emoji.Score(["acc_norm", "acc_bytes"]).ToDictionary(s => s.Metric, s => s.Value.First);
        Assert.AreEqual(0, scores["acc_norm"]);
        Assert.AreEqual(1, scores["acc_bytes"]);
    }

    [TestMethod]
    [DataRow(new[] { 0.3055848, 0.6944152 }, "[0.3055848 0.6944152]")]
    [DataRow(new[] { 3.01546991e-05, 0.999969845 }, "[3.01546991e-05 9.99969845e-01]")]
    [DataRow(new[] { 0.5, 0.25, 0.25 }, "[0.5  0.25 0.25]")]
    [DataRow(new[] { 1.0, 0.0 }, "[1. 0.]")]
    [DataRow(new[] { 1.0, 1e-5 }, "[1.e+00 1.e-05]")]
    public void Probabilities_are_written_as_numpy_prints_them(double[] values, string expected) =>
        Assert.AreEqual(expected, NumpyArrayText.Format(values));

    [TestMethod]
    public void Long_vectors_break_at_75_columns()
    {
        var text = NumpyArrayText.Format(Enumerable.Repeat(1 / 3.0, 8).ToArray());
        Assert.AreEqual("[0.33333333 0.33333333 0.33333333 0.33333333 0.33333333 0.33333333\n 0.33333333 0.33333333]", text);
    }
}
