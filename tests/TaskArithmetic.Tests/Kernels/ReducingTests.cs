using System.Numerics;
using CsCheck;
using TaskArithmetic.Kernels;

namespace TaskArithmetic.Tests.Kernels;

[TestClass]
public sealed class ReducingTests
{
    private static readonly Gen<(float[] A, float[] B)> Pairs =
        Gen.Int[0, 300].SelectMany(length => Gen.Select(FloatSamples.Weight.Array[length], FloatSamples.Weight.Array[length]));

    [TestMethod]
    public void Every_path_adds_in_the_documented_order() =>
        Pairs.Sample((a, b) =>
        {
            foreach (var width in Enum.GetValues<SimdWidth>())
            {
                AssertSame(InColumns(a, b, (x, y) => x * y), Reducing.Dot(a, b, width), $"Dot {width}");
                AssertSame(InColumns(a, a, (x, y) => x * y), Reducing.SumOfSquares(a, width), $"SumOfSquares {width}");
                AssertSame(InColumns(a, b, (x, y) => (x - y) * (x - y)), Reducing.SquaredDistance(a, b, width), $"SquaredDistance {width}");
            }
        });

    [TestMethod]
    public void Sums_agree_with_exact_arithmetic()
    {
        var random = new Random(7);
        foreach (var length in new[] { 1, 31, 4096, 100_003 })
        {
            var a = Enumerable.Range(0, length).Select(_ => (float)((random.NextDouble() - 0.5) * 0.2)).ToArray();
            var b = Array.ConvertAll(a, x => x + (float)((random.NextDouble() - 0.5) * 1e-3));

            AssertClose(Exact(a, b, (x, y) => x * y), Reducing.Dot(a, b));
            AssertClose(Exact(a, a, (x, y) => x * y), Reducing.SumOfSquares(a));
            AssertClose(Exact(a, b, (x, y) => (x - y) * (x - y)), Reducing.SquaredDistance(a, b));
        }
    }

    [TestMethod]
    public void A_large_value_neither_overflows_nor_loses_a_small_one()
    {
        Assert.AreEqual((double)float.MaxValue * float.MaxValue * 2, Reducing.SumOfSquares([float.MaxValue, float.MinValue]));
        Assert.AreEqual((double)float.Epsilon * float.Epsilon, Reducing.Dot([float.Epsilon], [float.Epsilon]));
    }

    [TestMethod]
    public void A_NaN_is_not_hidden_on_any_path()
    {
        foreach (var width in Enum.GetValues<SimdWidth>())
        {
            for (var position = 0; position < 67; position++)
            {
                var values = new float[67];
                values[position] = float.NaN;
                Assert.IsTrue(double.IsNaN(Reducing.SumOfSquares(values, width)), $"{width} at {position}");
            }
        }
    }

    [TestMethod]
    public void Spans_of_different_lengths_are_refused() =>
        Assert.ThrowsExactly<ArgumentException>(() => Reducing.Dot(new float[33], new float[32]));

    private static double InColumns(float[] a, float[] b, Func<double, double, double> term)
    {
        var columns = new double[32];
        for (var i = 0; i < a.Length; i++)
            columns[i % 32] += term(a[i], b[i]);
        while (columns.Length > 1)
            columns = [.. columns[..(columns.Length / 2)].Zip(columns[(columns.Length / 2)..], (x, y) => x + y)];
        return columns[0];
    }

    // Every float32 is an integer multiple of 2^-149.
    private static double Exact(float[] a, float[] b, Func<BigInteger, BigInteger, BigInteger> term)
    {
        var sum = BigInteger.Zero;
        for (var i = 0; i < a.Length; i++)
            sum += term(Scaled(a[i]), Scaled(b[i]));
        return Math.ScaleB((double)sum, -2 * 149);
    }

    private static BigInteger Scaled(float value) => new(Math.ScaleB(value, 149));

    private static void AssertSame(double expected, double actual, string because) =>
        Assert.AreEqual(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(actual), because);

    private static void AssertClose(double expected, double actual) =>
        Assert.AreEqual(expected, actual, 1e-12 * Math.Abs(expected));
}
