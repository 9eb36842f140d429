using TaskArithmetic.Methods;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Methods;

/// <summary>
/// ties and breadcrumbs against mergekit 0.1.5: the same bits, but where a vector has equal magnitudes at a cut, of which the reference's
/// unstable sort keeps any.
/// </summary>
[TestClass]
[RequiresShared("golden/mergekit")]
public sealed class TrimmedVectorGoldenTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("ties")]
    [DataRow("breadcrumbs")]
    [DataRow("breadcrumbs_ties")]
    public void Every_case_has_the_bits_of_mergekit_but_for_equal_magnitudes_at_the_cut(string method)
    {
        var cases = GoldenCase.Of(method);
        Assert.IsNotEmpty(cases);
        foreach (var golden in cases)
        {
            long atCut = 0, differing = 0, values = 0;
            foreach (var tensor in golden.Tensors())
            {
                var ours = tensor.Merge();
                var mayDiffer = EqualToACut(tensor, method == "ties");
                for (var i = 0; i < ours.Length; i++)
                {
                    var isSame = BitConverter.SingleToInt32Bits(ours[i]) == BitConverter.SingleToInt32Bits(tensor.Expected[i]);
                    Assert.IsTrue(isSame || mayDiffer[i], $"{golden.Name} {tensor.Name}[{i}]: {ours[i]:R}, expected {tensor.Expected[i]:R}");
                    differing += isSame ? 0 : 1;
                }
                atCut += mayDiffer.Count(m => m);
                values += ours.Length;
            }
            TestContext.WriteLine($"{golden.Name}: {values} values, {atCut} with a magnitude equal to a cut that parts equals, {differing} of them differ.");
        }
    }

    [TestMethod]
    [DataRow("float32/ties_rescale", Precision.Mergekit)]
    [DataRow("bfloat16/ties_3_lambda", Precision.Mergekit)]
    [DataRow("bfloat16/ties_rescale", Precision.Exact)]
    [DataRow("float16/breadcrumbs_ties", Precision.Mergekit)]
    [DataRow("bfloat16/breadcrumbs", Precision.Exact)]
    public void Neither_chunks_nor_threads_change_a_bit(string name, Precision precision)
    {
        GoldenCase.Named(name).AssertIndependentOfChunksAndThreads(precision);
    }

    /// <summary>Positions where some vector's magnitude is one that a cut parts, by sorting.</summary>
    private static bool[] EqualToACut(GoldenTensor tensor, bool keepsOne)
    {
        var inputs = tensor.Inputs;
        var mayDiffer = new bool[inputs.Context.Elements];
        for (var input = 0; input < inputs.Models.Count; input++)
        {
            var magnitudes = inputs.TaskVector(input).Select(Math.Abs).ToArray();
            var arguments = inputs.Context.Arguments;
            var keep = (int)(arguments.Number(input, "density") * magnitudes.Length);
            keep = keepsOne ? Math.Max(1, keep) : keep;
            var outliers = arguments.Has(input, "gamma") ? Math.Min((int)(arguments.Number(input, "gamma") * magnitudes.Length), magnitudes.Length - keep) : 0;
            var descending = magnitudes.OrderDescending().ToArray();
            foreach (var cut in new[] { outliers, outliers + keep })
            {
                // Which zeros survive makes no difference.
                if (cut <= 0 || cut >= descending.Length || descending[cut] == 0 || descending[cut - 1] != descending[cut])
                    continue;
                for (var i = 0; i < magnitudes.Length; i++)
                    mayDiffer[i] |= magnitudes[i] == descending[cut];
            }
        }
        return mayDiffer;
    }
}
