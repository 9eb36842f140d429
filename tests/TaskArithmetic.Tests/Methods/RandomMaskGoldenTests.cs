using TaskArithmetic.Methods;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Methods;

/// <summary>
/// dare and della against mergekit 0.1.5, whose random numbers are torch's: as many entries change, and by as much, as chance allows.
/// </summary>
[TestClass]
[RequiresShared("golden/mergekit")]
public sealed class RandomMaskGoldenTests
{
    private static readonly string[] Methods = ["dare_linear", "dare_ties", "della", "della_linear"];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(Precision.Mergekit)]
    [DataRow(Precision.Exact)]
    public void Share_of_changed_entries_and_L1_norm_are_those_of_mergekit(Precision precision)
    {
        var cases = GoldenCase.Of(Methods);
        Assert.IsGreaterThanOrEqualTo(10, cases.Count);
        foreach (var golden in cases)
        {
            long values = 0, changed = 0, expectedChanged = 0;
            double norm = 0, expectedNorm = 0;
            foreach (var tensor in golden.Tensors(precision))
            {
                var ours = tensor.Merge();
                for (var i = 0; i < ours.Length; i++)
                {
                    var before = tensor.Inputs.Base![i];
                    changed += ours[i] != before ? 1 : 0;
                    expectedChanged += tensor.Expected[i] != before ? 1 : 0;
                    norm += Math.Abs(ours[i] - before);
                    expectedNorm += Math.Abs(tensor.Expected[i] - before);
                }
                values += ours.Length;
            }
            TestContext.WriteLine($"{golden.Name}: {(double)changed / values:P2} changed, expected {(double)expectedChanged / values:P2}; L1 norm {norm / expectedNorm:F4} of the expected one");
            var share = (double)expectedChanged / values;
            Assert.AreEqual(expectedChanged, changed, 4.5 * Math.Sqrt(2 * values * share * (1 - share)), golden.Name);
            Assert.AreEqual(1, norm / expectedNorm, 0.02, golden.Name);
        }
    }

    [TestMethod]
    [DataRow("bfloat16/dare_ties", Precision.Mergekit)]
    [DataRow("float32/dare_linear", Precision.Exact)]
    [DataRow("bfloat16/della", Precision.Exact)]
    [DataRow("float32/della_linear", Precision.Mergekit)]
    public void Neither_chunks_nor_threads_change_a_bit(string name, Precision precision)
    {
        GoldenCase.Named(name).AssertIndependentOfChunksAndThreads(precision);
    }

    [TestMethod]
    [DataRow("bfloat16/dare_ties")]
    [DataRow("bfloat16/della")]
    public void Another_seed_gives_another_mask(string name)
    {
        var tensor = GoldenCase.Named(name).Tensors().First();
        var other = tensor with { Inputs = tensor.Inputs with { Context = tensor.Inputs.Context with { Seed = 43 } } };
        CollectionAssert.AreNotEqual(tensor.Merge(), other.Merge());
        CollectionAssert.AreEqual(tensor.Merge(), tensor.Merge());
    }
}
