using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Evaluation.Statistics;

namespace TaskArithmetic.Evaluation.Tests.Statistics;

[TestClass]
public sealed class ScoreIntervalTests
{
    [TestMethod]
    [DataRow(0.975, 1.959963984540054)]
    [DataRow(0.95, 1.6448536269514722)]
    [DataRow(0.8, 0.8416212335729143)]
    [DataRow(0.5, 0.0)]
    [DataRow(0.001, -3.090232306167813)]
    [DataRow(1e-12, -7.034483825301131)]
    public void Normal_quantiles_are_exact_and_invert_the_distribution(double probability, double expected)
    {
        Assert.AreEqual(expected, NormalDistribution.Quantile(probability), 1e-12);
        Assert.AreEqual(probability, NormalDistribution.Cumulative(expected), probability * 1e-10);
    }

    [TestMethod]
    [DataRow(50, 12.8)]
    [DataRow(100, 9.0)]
    [DataRow(164, 7.0)]
    [DataRow(200, 6.4)]
    [DataRow(1319, 2.5)]
    public void Half_widths_from_the_harness_standard_error_are_as_specified(int count, double percentagePoints)
    {
        // sqrt(p (1 - p) / (n - 1)) at p = 0.7, which no n gives exactly: as a score of the two values that average to it.
        var spread = Math.Sqrt(0.7 * 0.3);
        var scores = Enumerable.Range(0, count).Select(i => count % 2 == 1 && i == count - 1 ? 0.7 : 0.7 + (i % 2 == 0 ? spread : -spread)).ToArray();

        Assert.AreEqual(percentagePoints, 196 * MeanEstimate.Of(scores).StandardError, 0.05);
    }

    [TestMethod]
    public void The_standard_error_is_the_harness_one()
    {
        var estimate = MeanEstimate.Of([1, 0, 1, 1, 0]);

        Assert.AreEqual(0.6, estimate.Mean, 1e-15);
        Assert.AreEqual(0.24494897427831783, estimate.StandardError, 1e-15);
        Assert.IsTrue(double.IsNaN(MeanEstimate.Of([1]).StandardError));
    }

    [TestMethod]
    [DataRow(0.7, 50, 0.562496, 0.808964)] // roots of the score equation, found by bisection
    [DataRow(0.0, 20, 0.0, 0.161125)]
    [DataRow(1.0, 20, 0.838875, 1.0)]
    public void Wilson_intervals_are_known_values(double proportion, int count, double lower, double upper)
    {
        var interval = WilsonInterval.Of(proportion, count);

        Assert.AreEqual(lower, interval.Lower, 5e-6);
        Assert.AreEqual(upper, interval.Upper, 5e-6);
    }

    [TestMethod]
    public void Wilson_bounds_are_the_proportions_whose_score_test_gives_z()
    {
        // The interval's definition: at each bound q, |p - q| = z sqrt(q (1 - q) / n).
        CsCheck.Check.Sample(CsCheck.Gen.Select(CsCheck.Gen.Int[1, 2000], CsCheck.Gen.Double[0.01, 0.99]), (count, proportion) =>
        {
            var interval = WilsonInterval.Of(proportion, count);
            foreach (var bound in new[] { interval.Lower, interval.Upper })
                Assert.AreEqual(1.959963984540054 * Math.Sqrt(bound * (1 - bound) / count), Math.Abs(proportion - bound), 1e-9);
        });
    }
}
