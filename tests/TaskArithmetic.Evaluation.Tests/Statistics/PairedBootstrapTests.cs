using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Evaluation.Statistics;

namespace TaskArithmetic.Evaluation.Tests.Statistics;

[TestClass]
public sealed class PairedBootstrapTests
{
    private static readonly double[] Differences =
        [.. Enumerable.Repeat(1.0, 24), .. Enumerable.Repeat(-1.0, 8), .. Enumerable.Repeat(0.0, 168)];

    [TestMethod]
    public void The_interval_agrees_with_the_normal_one_where_that_holds()
    {
        var expected = PairedDifference.Of(new double[Differences.Length], Differences).Interval();

        var interval = PairedBootstrap.Interval([new(Differences)]);

        Assert.AreEqual(expected.Lower, interval.Lower, 0.006);
        Assert.AreEqual(expected.Upper, interval.Upper, 0.006);
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_bits_and_another_seed_does_not()
    {
        double[] uneven = [.. Enumerable.Range(0, 50).Select(i => Math.Sin(i))];

        Assert.AreEqual(PairedBootstrap.Interval([new(uneven)], seed: 7), PairedBootstrap.Interval([new(uneven)], seed: 7));
        Assert.AreNotEqual(PairedBootstrap.Interval([new(uneven)], seed: 7), PairedBootstrap.Interval([new(uneven)], seed: 8));
    }

    [TestMethod]
    public void The_generator_gives_the_published_numbers()
    {
        var generator = new SplitMix64(1234567);

        Assert.AreEqual(6457827717110365317UL, generator.Next());
        Assert.AreEqual(3203168211198807973UL, generator.Next());
    }

    [TestMethod]
    public void Strata_that_differ_only_between_each_other_leave_no_spread()
    {
        var interval = PairedBootstrap.Interval([new([1.0, 1.0, 1.0]), new([0.0])]);

        Assert.AreEqual(new ConfidenceInterval(0.75, 0.75), interval);
    }

    [TestMethod]
    public void Clusters_are_drawn_whole()
    {
        // Ten clusters of twenty equal items: as uncertain as ten items, not as two hundred.
        double[] items = [.. Enumerable.Range(0, 200).Select(i => i / 20 % 2 == 0 ? 1.0 : 0.0)];
        int[] clusters = [.. Enumerable.Range(0, 200).Select(i => i / 20)];

        var whole = PairedBootstrap.Interval([new(items, clusters)]);
        var single = PairedBootstrap.Interval([new(items)]);

        Assert.IsGreaterThan(3 * (single.Upper - single.Lower), whole.Upper - whole.Lower);
    }
}
