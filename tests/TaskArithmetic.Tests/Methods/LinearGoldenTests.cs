using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Streaming;
using TaskArithmetic.Tests.Kernels;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Methods;

/// <summary>The driver of these tests itself: cases whose bits other tests hold through files.</summary>
[TestClass]
[RequiresShared("golden/mergekit")]
public sealed class LinearGoldenTests
{
    [TestMethod]
    [DataRow(WholeTensor.UsualChunk, 1)]
    [DataRow(999, 3)]
    public void Linear_and_task_arithmetic_have_the_bits_of_mergekit(int chunk, int threads)
    {
        foreach (var golden in GoldenCase.Of("linear", "task_arithmetic"))
        {
            foreach (var tensor in golden.Tensors())
            {
                var ours = (tensor with { Inputs = tensor.Inputs with { Chunk = chunk, Threads = threads } }).Merge();
                BitAssert.AreEqual(tensor.Expected, ours, $"{golden.Name} {tensor.Name}");
            }
        }
    }
}
