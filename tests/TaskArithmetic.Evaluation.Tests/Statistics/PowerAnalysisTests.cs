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
    public void The_smallest_detectable_difference_solves_the_formula_of_the_number_of_items()
    {
        var difference = PowerAnalysis.SmallestDetectableDifference(200, 0.2)!.Value;

        var items = Math.Pow((1.6448536269514722 * Math.Sqrt(0.2) + 0.8416212335729143 * Math.Sqrt(0.2 - difference * difference)) / difference, 2);
        Assert.AreEqual(200, items, 1e-9);
    }
}
