using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Evaluation.Statistics;

namespace TaskArithmetic.Evaluation.Tests.Statistics;

[TestClass]
public sealed class PowerAnalysisTests
{
    [TestMethod]
    [DataRow(50, 0.2, 17.3, 15.4)]
    [DataRow(50, 0.3, 21.2, 18.9)]
    [DataRow(100, 0.1, 8.8, 7.8)]
    [DataRow(100, 0.2, 12.4, 11.0)]
    [DataRow(100, 0.3, 15.2, 13.5)]
    [DataRow(200, 0.1, 6.2, 5.5)]
    [DataRow(200, 0.2, 8.8, 7.8)]
    [DataRow(200, 0.3, 10.8, 9.6)]
    [DataRow(400, 0.1, 4.4, 3.9)]
    [DataRow(400, 0.2, 6.2, 5.5)]
    [DataRow(400, 0.3, 7.6, 6.8)]
    [DataRow(1319, 0.1, 2.4, 2.2)]
    [DataRow(1319, 0.2, 3.4, 3.1)]
    [DataRow(1319, 0.3, 4.2, 3.7)]
    public void Smallest_detectable_differences_are_as_specified(int count, double discordance, double twoSided, double oneSided)
    {
        Assert.AreEqual(twoSided, 100 * PowerAnalysis.SmallestDetectableDifference(count, discordance, twoSided: true)!.Value, 0.051);
        Assert.AreEqual(oneSided, 100 * PowerAnalysis.SmallestDetectableDifference(count, discordance)!.Value, 0.051);
    }

    [TestMethod]
    public void Fifty_items_of_which_a_tenth_change_can_show_nothing_two_sided() =>
        Assert.IsNull(PowerAnalysis.SmallestDetectableDifference(50, 0.1, twoSided: true));

    [TestMethod]
    public void The_smallest_detectable_difference_needs_just_the_items_it_was_computed_for()
    {
        var difference = PowerAnalysis.SmallestDetectableDifference(200, 0.2)!.Value;

        Assert.AreEqual(200, PowerAnalysis.RequiredCount(difference + 1e-9, 0.2));
    }

    [TestMethod]
    [DataRow(50, 28.0, 25.7)]
    [DataRow(100, 19.8, 18.2)]
    [DataRow(200, 14.0, 12.8)]
    [DataRow(400, 9.9, 9.1)]
    [DataRow(1319, 5.5, 5.0)]
    public void Unpaired_differences_are_as_specified(int count, double atHalf, double atSevenTenths)
    {
        Assert.AreEqual(atHalf, 100 * PowerAnalysis.SmallestDetectableUnpaired(count, 0.5), 0.051);
        Assert.AreEqual(atSevenTenths, 100 * PowerAnalysis.SmallestDetectableUnpaired(count, 0.7), 0.051);
    }

    [TestMethod]
    [DataRow(50, 0.10, 0.35)]
    [DataRow(50, 0.15, 0.71)]
    [DataRow(100, 0.10, 0.68)]
    [DataRow(100, 0.15, 0.97)]
    [DataRow(200, 0.10, 0.93)]
    [DataRow(200, 0.15, 1.00)]
    [DataRow(50, 0.05, 0.11)]
    [DataRow(100, 0.05, 0.23)]
    [DataRow(200, 0.05, 0.42)]
    public void The_power_of_the_exact_test_is_as_specified(int count, double difference, double power) =>
        Assert.AreEqual(power, PowerAnalysis.ExactPower(count, 0.2, difference), 0.0051);
}
