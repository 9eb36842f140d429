using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Evaluation.Statistics;

namespace TaskArithmetic.Evaluation.Tests.Statistics;

[TestClass]
public sealed class PairedComparisonTests
{
    [TestMethod]
    public void The_exact_McNemar_test_gives_the_specified_values()
    {
        var test = McNemarTest.Of(12, 4);

        Assert.AreEqual(0.0384, test.Better, 5e-5);
        Assert.AreEqual(0.0768, test.TwoSided, 5e-5);
        Assert.AreEqual(0.0490, test.MidP, 5e-5);
        Assert.AreEqual(1 - 0.0384 + BinomialDistribution.Probability(12, 16, 0.5), test.Worse, 5e-5);
    }

    [TestMethod]
    public void Swapping_the_models_swaps_better_and_worse()
    {
        var (one, other) = (McNemarTest.Of(9, 3), McNemarTest.Of(3, 9));

        Assert.AreEqual(one.Better, other.Worse, 1e-15);
        Assert.AreEqual(one.TwoSided, other.TwoSided, 1e-15);
        Assert.AreEqual(one.MidP, other.MidP, 1e-15);
    }

    [TestMethod]
    public void Without_discordant_items_nothing_is_shown() =>
        Assert.AreEqual(new McNemarTest(1, 1, 1, 1), McNemarTest.Of(0, 0));

    [TestMethod]
    public void Thousands_of_discordant_items_do_not_overflow() =>
        Assert.AreEqual(0.5 + BinomialDistribution.Probability(2500, 5000, 0.5) / 2, McNemarTest.Of(2500, 2500).Better, 1e-9);

    [TestMethod]
    public void A_paired_difference_counts_items_won_and_lost()
    {
        const int n = 100, b = 12, c = 4;
        var (before, after) = Scores(n, b, c);

        var difference = PairedDifference.Of(before, after);

        Assert.AreEqual(0.08, difference.Difference, 1e-15);
        Assert.AreEqual((n, b, c), (difference.Count, difference.Wins, difference.Losses));
        Assert.AreEqual(0.16, difference.Discordance, 1e-15);
    }

    [TestMethod]
    public void Holm_multiplies_by_the_tests_left_and_never_falls()
    {
        var adjusted = HolmCorrection.Adjust([0.04, 0.01, 0.03, 0.5]);

        double[] expected = [0.09, 0.04, 0.09, 0.5];
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], adjusted[i], 1e-12);
    }

    private static (double[] Before, double[] After) Scores(int count, int wins, int losses)
    {
        double[] before = new double[count], after = new double[count];
        for (var i = 0; i < count; i++)
        {
            before[i] = i < wins ? 0 : i < wins + losses ? 1 : i % 2;
            after[i] = i < wins ? 1 : i < wins + losses ? 0 : i % 2;
        }
        return (before, after);
    }
}
