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

        Assert.AreEqual(percentagePoints, 196 * MeanEstimate.Of(scores).StandardError!.Value, 0.05);
    }

    [TestMethod]
    public void The_standard_error_is_the_harness_one()
    {
        var estimate = MeanEstimate.Of([1, 0, 1, 1, 0]);

        Assert.AreEqual(0.6, estimate.Mean, 1e-15);
        Assert.AreEqual(0.24494897427831783, estimate.StandardError!.Value, 1e-15);
        Assert.IsNull(MeanEstimate.Of([1]).StandardError);
    }
}
