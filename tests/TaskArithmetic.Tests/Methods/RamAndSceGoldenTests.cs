using TaskArithmetic.Methods;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Kernels;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Methods;

/// <summary>ram, ramplus_tl and sce against mergekit 0.1.5.</summary>
[TestClass]
[RequiresShared("golden/mergekit")]
public sealed class RamAndSceGoldenTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("ram")]
    [DataRow("ramplus_tl")]
    public void Every_case_has_the_bits_of_mergekit(string method)
    {
        var cases = GoldenCase.Of(method);
        Assert.IsNotEmpty(cases);
        foreach (var golden in cases)
        {
            foreach (var tensor in golden.Tensors())
                BitAssert.AreEqual(tensor.Expected, tensor.Merge(), $"{golden.Name} {tensor.Name}");
        }
    }

    /// <summary>
    /// The vectors' weights are their energies on the selected entries: where the cut parts equal variances, the reference's choice among them
    /// moves all values of the tensor a little. In float16 an energy is a small multiple of the smallest number (10 · 2⁻²⁴ for the smallest of
    /// these vectors), so one step of it is a tenth of a weight.
    /// </summary>
    [TestMethod]
    public void Sce_has_the_bits_of_mergekit_but_for_equal_variances_at_the_cut()
    {
        foreach (var golden in GoldenCase.Of("sce"))
        {
            long values = 0, differing = 0, equal = 0, nearby = 0;
            foreach (var tensor in golden.Tensors())
            {
                var ours = tensor.Merge();
                var mayDiffer = EqualToTheCut(tensor.Inputs);
                var isParted = mayDiffer.Contains(true);
                for (var i = 0; i < ours.Length; i++)
                {
                    var isSame = BitConverter.SingleToInt32Bits(ours[i]) == BitConverter.SingleToInt32Bits(tensor.Expected[i]);
                    differing += !isSame && mayDiffer[i] ? 1 : 0;
                    if (isSame || mayDiffer[i])
                        continue;
                    Assert.IsTrue(isParted, $"{golden.Name} {tensor.Name}[{i}]: {ours[i]:R}, expected {tensor.Expected[i]:R}");
                    nearby++;
                    Assert.AreEqual(tensor.Expected[i], ours[i], Allowed(tensor, i), $"{golden.Name} {tensor.Name}[{i}]");
                }
                values += ours.Length;
                equal += mayDiffer.Count(m => m);
            }
            TestContext.WriteLine($"{golden.Name}: {values} values, {equal} with a variance equal to a cut that parts equals, {differing} of them differ, {nearby} others of their tensors differ a little.");
        }
    }

    [TestMethod]
    [DataRow("bfloat16/sce_topk", Precision.Mergekit)]
    [DataRow("float32/sce", Precision.Mergekit)]
    [DataRow("float16/sce_topk", Precision.Exact)]
    [DataRow("float16/ramplus_tl", Precision.Mergekit)]
    [DataRow("float32/ram", Precision.Exact)]
    public void Neither_chunks_nor_threads_change_a_bit(string name, Precision precision)
    {
        GoldenCase.Named(name).AssertIndependentOfChunksAndThreads(precision);
    }

    /// <summary>Positions whose variance is the one that select_topk parts, by sorting.</summary>
    private static bool[] EqualToTheCut(WholeTensor inputs)
    {
        var vectors = Enumerable.Range(0, inputs.Models.Count).Select(inputs.TaskVector).ToArray();
        var variances = Enumerable.Range(0, (int)inputs.Context.Elements).Select(i => Variance([.. vectors.Select(v => (double)v[i])])).ToArray();
        inputs.Context.Round(variances);
        var descending = variances.OrderDescending().ToArray();
        var keep = (int)(descending.Count(v => v != 0) * inputs.Context.Arguments.Number("select_topk"));
        var isParted = keep > 0 && keep < descending.Length && descending[keep - 1] == descending[keep];
        return [.. variances.Select(v => isParted && v == descending[keep])];
    }

    /// <summary>Two units in the last place of the larger of base and result, whose sum is what is rounded; in float16 also a tenth of the change.</summary>
    private static float Allowed(GoldenTensor tensor, int index)
    {
        var (before, after) = (tensor.Inputs.Base![index], tensor.Expected[index]);
        var isHalf = tensor.OutputDType == DType.F16;
        var unit = MathF.ScaleB(1, MathF.ILogB(Math.Max(Math.Abs(before), Math.Abs(after))) - (isHalf ? 10 : 7));
        return 2 * unit + (isHalf ? Math.Abs(after - before) / 10 : 0);
    }

    private static float Variance(double[] values)
    {
        var mean = values.Average();
        return (float)values.Average(v => (v - mean) * (v - mean));
    }
}
