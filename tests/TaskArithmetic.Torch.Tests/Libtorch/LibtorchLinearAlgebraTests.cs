using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Torch.Libtorch;

namespace TaskArithmetic.Torch.Tests.Libtorch;

[TestClass]
public sealed class LibtorchLinearAlgebraTests
{
    [TestMethod]
    [DataRow(40, 24)]
    [DataRow(24, 40)]
    [DataRow(1, 7)]
    [DataRow(16, 16)]
    public void The_factors_are_orthonormal_descending_and_multiply_to_the_matrix(int rows, int columns)
    {
        var random = new Random(5);
        var matrix = Enumerable.Range(0, rows * columns).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();

        var (u, s, vt) = new LibtorchLinearAlgebra(LoadedLibtorch.Instance).Svd(matrix, rows, columns);

        var k = Math.Min(rows, columns);
        Assert.HasCount(k, s);
        Assert.IsTrue(s.SequenceEqual(s.OrderDescending()) && s[^1] >= 0);
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
                Assert.AreEqual(matrix[(i * columns) + j], Enumerable.Range(0, k).Sum(r => (double)u[(i * k) + r] * s[r] * vt[(r * columns) + j]), 1e-5);
        }
        for (var p = 0; p < k; p++)
        {
            for (var q = 0; q < k; q++)
            {
                Assert.AreEqual(p == q ? 1 : 0, Enumerable.Range(0, rows).Sum(i => (double)u[(i * k) + p] * u[(i * k) + q]), 1e-5);
                Assert.AreEqual(p == q ? 1 : 0, Enumerable.Range(0, columns).Sum(j => (double)vt[(p * columns) + j] * vt[(q * columns) + j]), 1e-5);
            }
        }
    }
}
