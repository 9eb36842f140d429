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

    /// <summary>Values from 1 to 10⁻⁹: float32 work loses all below 10⁻⁷.</summary>
    [TestMethod]
    public void Singular_values_far_below_the_first_are_right()
    {
        // A rotation mixes the rows, so that the values are not read off; its entries ±½ keep the columns' lengths exact.
        var mixed = new double[16];
        double[,] rotation = { { 1, 1, 1, 1 }, { 1, -1, 1, -1 }, { 1, 1, -1, -1 }, { 1, -1, -1, 1 } };
        for (var i = 0; i < 4; i++)
        {
            for (var j = 0; j < 4; j++)
                mixed[(4 * i) + j] = Math.Pow(10, -3 * j) * rotation[i, j] / 2;
        }
        var (_, s, _) = new LibtorchLinearAlgebra(LoadedLibtorch.Instance).Svd([.. mixed.Select(v => (float)v)], 4, 4);
        for (var i = 0; i < 4; i++)
            Assert.AreEqual(Math.Pow(10, -3 * i), s[i], 1e-6 * Math.Pow(10, -3 * i), $"value {i}");
    }
}
