using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Kernels;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Methods;

/// <summary>Methods that interpolate along arcs, against what mergekit wrote. Its sums run in another order, in float32.</summary>
[TestClass]
[RequiresShared("golden/mergekit")]
public sealed class GeometryGoldenTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    [DataRow(WholeTensor.UsualChunk, 1)]
    [DataRow(999, 3)]
    public void Nearswap_and_passthrough_have_the_bits_of_mergekit(int chunk, int threads)
    {
        foreach (var golden in GoldenCase.Of("nearswap", "passthrough"))
        {
            foreach (var tensor in golden.Tensors())
                BitAssert.AreEqual(tensor.Expected, Merge(tensor, chunk, threads), $"{golden.Name} {tensor.Name}");
        }
    }

    /// <summary>
    /// Last places are counted at the size of the largest operand. In float32 torch's own sums are off by some; in 16 bits a cosine or length
    /// close to a midpoint may round to the other side, which moves a few values.
    /// </summary>
    [TestMethod]
    [DataRow("slerp", 4, 60)]
    [DataRow("nuslerp", 4, 0)]
    [DataRow("multislerp", 12, 0)]
    [DataRow("model_stock", 2, 0)]
    [DataRow("karcher", 0, 100)]
    public void Sixteen_bit_values_have_the_bits_of_mergekit_but_for_a_few_and_float32_values_differ_in_last_places(string method, int places, int mayDiffer)
    {
        foreach (var golden in GoldenCase.Of(method))
        {
            var (differing, beyond, worst) = Compare(golden);
            TestContext.WriteLine($"{golden.Name}: {differing} values differ, {beyond} of them by more than one last place, by {worst} at most");
            var isWide = golden.OutputDType == DType.F32;
            Assert.IsTrue(worst <= (isWide ? places : 2), $"{golden.Name}: {worst} last places");
            Assert.IsTrue(isWide || differing <= mayDiffer, $"{golden.Name}: {differing} values differ");
            Assert.IsTrue(isWide || beyond <= 5, $"{golden.Name}: {beyond} values differ by more than one last place");
        }
    }

    /// <summary>A change is taken or not: where scores lie at the threshold, the exponentials of another library decide otherwise.</summary>
    [TestMethod]
    public void Arcee_fusion_takes_the_changes_that_mergekit_takes_but_for_those_at_the_threshold()
    {
        foreach (var golden in GoldenCase.Of("arcee_fusion"))
        {
            var (differing, _, _) = Compare(golden);
            TestContext.WriteLine($"{golden.Name}: {differing} values differ");
            var allowed = golden.OutputDType == DType.F32 ? 95 : 0;
            Assert.IsTrue(differing <= allowed, $"{golden.Name}: {differing} values differ");
        }
    }

    private static (int Differing, int Beyond, long Worst) Compare(GoldenCase golden)
    {
        var (differing, beyond, worst) = (0, 0, 0L);
        foreach (var tensor in golden.Tensors())
        {
            var ours = Merge(tensor, WholeTensor.UsualChunk, 1);
            var operands = tensor.Inputs.Base is { } values ? tensor.Inputs.Models.Append(values).ToArray() : [.. tensor.Inputs.Models];
            for (var i = 0; i < ours.Length; i++)
            {
                var scale = MathF.Max(MathF.Abs(tensor.Expected[i]), operands.Max(o => MathF.Abs(o[i])));
                var distance = LastPlaces.Between(scale, scale + MathF.Abs(tensor.Expected[i] - ours[i]), tensor.OutputDType);
                differing += tensor.Expected[i] == ours[i] ? 0 : 1;
                beyond += distance > 1 ? 1 : 0;
                worst = Math.Max(worst, distance);
            }
        }
        return (differing, beyond, worst);
    }

    private static float[] Merge(GoldenTensor tensor, int chunk, int threads) =>
        (tensor with { Inputs = tensor.Inputs with { Chunk = chunk, Threads = threads } }).Merge();
}
