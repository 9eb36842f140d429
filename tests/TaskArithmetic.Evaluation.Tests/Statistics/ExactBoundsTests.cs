using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Evaluation.Statistics;

namespace TaskArithmetic.Evaluation.Tests.Statistics;

/// <summary>Bounds against values of programs that share no code with this one: exact fractions, and sums over every outcome.</summary>
[TestClass]
public sealed class ExactBoundsTests
{
    [TestMethod]
    [DataRow(0, 1, 0.0, 0.95)]
    [DataRow(1, 1, 0.05, 1.0)]
    [DataRow(0, 2, 0.0, 0.776393202)]
    [DataRow(1, 2, 0.025320566, 0.974679434)]
    [DataRow(2, 4, 0.097611463, 0.902388537)]
    [DataRow(3, 20, 0.042169408, 0.343663804)]
    [DataRow(4, 20, 0.071353884, 0.401028117)]
    [DataRow(66, 200, 0.274980228, 0.388838043)]
    [DataRow(50, 50, 0.941844921, 1.0)]
    public void Bounds_of_a_score_are_where_binomial_tails_are_alpha(int successes, int count, double lower, double upper)
    {
        var bounds = ClopperPearson.Of(successes, count, 0.05);

        Assert.AreEqual(lower, bounds.Lower, 1e-8);
        Assert.AreEqual(upper, bounds.Upper, 1e-8);
    }

    [TestMethod]
    [DataRow(1, 0, 0, -0.95, 0.95)]
    [DataRow(1, 0, 1, -1.0, 0.9)]
    [DataRow(2, 1, 1, -0.94937, 0.94937)]
    [DataRow(2, 0, 2, -1.0, 0.5528)]
    [DataRow(20, 2, 3, -0.25904, 0.16045)]
    [DataRow(30, 1, 6, -0.32627, -0.01446)]
    [DataRow(40, 4, 4, -0.13373, 0.13373)]
    [DataRow(50, 12, 4, 0.02488, 0.2931)]
    [DataRow(50, 5, 0, 0.03157, 0.19884)]
    [DataRow(100, 0, 10, -0.16372, -0.05493)]
    [DataRow(100, 6, 8, -0.08921, 0.04657)]
    public void Bounds_of_a_difference_are_those_of_sums_over_every_outcome(int count, int wins, int losses, double lower, double upper)
    {
        var bounds = ExactPairedInterval.Of(count, wins, losses, 0.05);

        Assert.AreEqual(lower, bounds.Lower, 2e-4);
        Assert.AreEqual(upper, bounds.Upper, 2e-4);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(10)]
    [DataRow(59)]
    [DataRow(1319)]
    public void Without_a_changed_answer_the_bounds_are_those_of_a_loss_that_was_never_seen(int count)
    {
        var bounds = ExactPairedInterval.Of(count, 0, 0, 0.05);

        Assert.AreEqual(-(1 - Math.Pow(0.05, 1.0 / count)), bounds.Lower, 2e-5);
        Assert.AreEqual(-bounds.Lower, bounds.Upper, 1e-12);
    }

    [TestMethod]
    public void Bounds_hold_at_least_as_often_as_they_say()
    {
        // All outcomes of 12 items, weighed by their probability: the lower bound may lie above the truth in 5 % at most.
        const int n = 12;
        var lower = new Dictionary<(int, int), double>();
        foreach (var (share, difference) in new[] { (0.1, -0.1), (0.3, -0.2), (0.3, 0.0), (0.6, 0.1), (0.9, 0.3), (1.0, -0.5) })
        {
            var (win, loss) = ((share + difference) / 2, (share - difference) / 2);
            var above = 0.0;
            for (var b = 0; b <= n; b++)
            {
                for (var c = 0; b + c <= n; c++)
                {
                    if (!lower.TryGetValue((b, c), out var bound))
                        lower[(b, c)] = bound = ExactPairedInterval.Of(n, b, c, 0.05).Lower;
                    if (bound > difference)
                        above += Trinomial(n, b, c, win, loss);
                }
            }
            Assert.IsLessThanOrEqualTo(0.05 + 1e-9, above, $"{share}, {difference}");
        }
    }

    [TestMethod]
    public void Fractional_gains_and_losses_are_rounded_to_the_safe_side()
    {
        double[] before = new double[40], after = new double[40];
        for (var i = 0; i < 5; i++)
            after[i] = 0.5;
        before[10] = 0.25;

        var difference = PairedDifference.Of(before, after);

        Assert.AreEqual(ExactPairedInterval.Of(40, 2, 1, 0.05).Lower, difference.Bounds.Lower);
        Assert.AreEqual(ExactPairedInterval.Of(40, 3, 0, 0.05).Upper, difference.Bounds.Upper);
        Assert.AreEqual((2.5 - 0.25) / 40, difference.Difference, 1e-15);
    }

    [TestMethod]
    [DataRow(0.95, 1, 6.313751515)]
    [DataRow(0.95, 4, 2.131846786)]
    [DataRow(0.95, 26, 1.705617920)]
    [DataRow(0.975, 10, 2.228138852)]
    public void Quantiles_of_t_are_those_of_tables(double probability, int freedom, double expected) =>
        Assert.AreEqual(expected, ClusterInterval.StudentQuantile(probability, freedom), 1e-6);

    [TestMethod]
    public void Clusters_widen_bounds_never_narrow_them_and_one_cluster_bounds_nothing()
    {
        double[] before = new double[100], after = [.. Enumerable.Range(0, 100).Select(i => i < 20 ? 1.0 : 0)];
        int[] alike = [.. Enumerable.Range(0, 100).Select(i => i / 10)], spread = [.. Enumerable.Range(0, 100).Select(i => i % 10)];

        var single = PairedDifference.Of(before, after).Bounds;

        Assert.IsLessThan(single.Lower, PairedDifference.Of(before, after, alike).Bounds.Lower);
        Assert.AreEqual(single, PairedDifference.Of(before, after, spread).Bounds);
        Assert.AreEqual(new ConfidenceInterval(-1, 1), PairedDifference.Of(before, after, new int[100]).Bounds);
        Assert.AreEqual(new ConfidenceInterval(0, 1), MeanEstimate.Of(after, new int[100]).Bounds);
    }

    [TestMethod]
    public void Thousands_of_items_are_bounded_too()
    {
        // Far from the edges the exact bounds are a little outside those of the normal distribution: d ± 1.645 sqrt(b + c) / n.
        var bounds = ExactPairedInterval.Of(6511, 400, 350, 0.05);

        Assert.IsInRange(-1e-3, 0, bounds.Lower - (50 - 1.645 * Math.Sqrt(750)) / 6511);
        Assert.IsInRange(0, 1e-3, bounds.Upper - (50 + 1.645 * Math.Sqrt(750)) / 6511);
    }

    private static double Trinomial(int n, int b, int c, double win, double loss)
    {
        double Log(double factor, int power) => power == 0 ? 0 : power * Math.Log(factor);
        var rest = n - b - c;
        return Math.Exp(BetaDistribution.LogGamma(n + 1) - BetaDistribution.LogGamma(b + 1) - BetaDistribution.LogGamma(c + 1) - BetaDistribution.LogGamma(rest + 1)
            + Log(win, b) + Log(loss, c) + Log(Math.Max(0, 1 - win - loss), rest));
    }
}
