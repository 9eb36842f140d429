using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Kernels;

namespace TaskArithmetic.Tests.Kernels;

[TestClass]
public sealed class LowRankProductTests
{
    [TestMethod]
    [DataRow(1, 1, 1)]
    [DataRow(7, 3, 5)]
    [DataRow(9, 16, 131)]
    [DataRow(33, 5, 64)]
    public void Every_width_and_every_cut_gives_the_bits_of_the_plain_sum(int rows, int rank, int columns)
    {
        var random = new Random(1);
        float[] left = [.. Enumerable.Range(0, rows * rank).Select(_ => (float)random.NextDouble() - 0.5f)];
        float[] right = [.. Enumerable.Range(0, rank * columns).Select(_ => (float)random.NextDouble() - 0.5f)];
        const float scale = 1.7f;
        var expected = new float[rows * columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var sum = 0f;
                for (var k = 0; k < rank; k++)
                    sum = MathF.FusedMultiplyAdd(left[(i * rank) + k], right[(k * columns) + j], sum);
                expected[(i * columns) + j] = scale * sum;
            }
        }
        var product = new LowRankProduct(left, right, rank, columns, scale);
        foreach (var width in Enum.GetValues<SimdWidth>())
        {
            foreach (var run in (int[])[1, 7, columns, (3 * columns) + 1, rows * columns])
            {
                var filled = new float[expected.Length];
                for (var first = 0; first < filled.Length; first += run)
                    product.Fill(first, filled.AsSpan(first, Math.Min(run, filled.Length - first)), width);
                CollectionAssert.AreEqual(expected, filled, $"{width}, runs of {run}");
            }
        }
    }
}
