using CsCheck;
using TaskArithmetic.Kernels;

namespace TaskArithmetic.Tests.Kernels;

[TestClass]
public sealed class CombiningTests
{
    private delegate void Kernel(float[] accumulator, float[] x, float[] y, float factor, SimdWidth width);

    // References go through float64: there a product of float32 is exact, and a sum, difference or quotient rounded first
    // to float64 and then to float32 equals the one rounded once (53 ≥ 2·24 + 2 bits).
    private static readonly (string Name, Kernel Kernel, Func<float, float, float, float, float> Reference)[] Kernels =
    [
        ("Add", (a, x, _, _, w) => Combining.Add(a, x, w), (a, x, _, _) => Rounded((double)a + x)),
        ("Subtract", (a, x, _, _, w) => Combining.Subtract(a, x, w), (a, x, _, _) => Rounded((double)a - x)),
        ("Multiply", (a, _, _, f, w) => Combining.Multiply(a, f, w), (a, _, _, f) => Rounded((double)a * f)),
        ("Divide", (a, _, _, f, w) => Combining.Divide(a, f, w), (a, _, _, f) => Rounded((double)a / f)),
        ("AddScaled", (a, x, _, f, w) => Combining.AddScaled(a, x, f, w), (a, x, _, f) => Rounded((double)a + Rounded((double)f * x))),
        ("AddScaledDifference", (a, x, y, f, w) => Combining.AddScaledDifference(a, x, y, f, w),
            (a, x, y, f) => Rounded((double)a + Rounded((double)f * Rounded((double)x - y)))),
        ("FusedMultiplyAdd", (a, x, _, f, w) => Combining.FusedMultiplyAdd(a, x, f, w), (a, x, _, f) => RoundedToOdd((double)x * f, a)),
    ];

    [TestMethod]
    public void Every_kernel_rounds_each_operation_once_on_every_path() =>
        Gen.Select(FloatSamples.Triples(FloatSamples.Any), FloatSamples.Any).Sample(
            (spans, factor) =>
            {
                foreach (var (name, kernel, reference) in Kernels)
                    AssertEqualsReference(name, kernel, reference, spans, factor);
            },
            iter: 1000);

    [TestMethod]
    public void A_product_is_never_contracted_with_the_sum()
    {
        // (1 + 2^-12)² = 1 + 2^-11 + 2^-24, whose last bit only a fused operation would keep.
        const float x = 1.00024414f;
        const float negatedRoundedSquare = -1.00048828f;
        foreach (var width in Enum.GetValues<SimdWidth>())
        {
            var separate = Repeat(negatedRoundedSquare);
            Combining.AddScaled(separate, Repeat(x), x, width);
            BitAssert.AreEqual(Repeat(0f), separate, $"AddScaled {width}");

            var difference = Repeat(negatedRoundedSquare);
            Combining.AddScaledDifference(difference, Repeat(x + 1f), Repeat(1f), x, width);
            BitAssert.AreEqual(Repeat(0f), difference, $"AddScaledDifference {width}");

            var fused = Repeat(negatedRoundedSquare);
            Combining.FusedMultiplyAdd(fused, Repeat(x), x, width);
            BitAssert.AreEqual(Repeat(MathF.ScaleB(1f, -24)), fused, $"FusedMultiplyAdd {width}");
        }
    }

    [TestMethod]
    public void An_input_may_be_the_accumulator_itself()
    {
        foreach (var width in Enum.GetValues<SimdWidth>())
        {
            var values = Enumerable.Range(1, 37).Select(i => (float)i).ToArray();
            Combining.Subtract(values, values, width);
            BitAssert.AreEqual(Repeat(0f), values, $"{width}");
        }
    }

    [TestMethod]
    public void Elements_beyond_the_span_are_not_touched()
    {
        foreach (var width in Enum.GetValues<SimdWidth>())
        {
            for (var length = 0; length <= 67; length++)
            {
                var values = Enumerable.Repeat(3f, length + 2).ToArray();
                Combining.Multiply(values.AsSpan(1, length), 2f, width);
                float[] expected = [3f, .. Enumerable.Repeat(6f, length), 3f];
                BitAssert.AreEqual(expected, values, $"{width}, {length} elements");
            }
        }
    }

    [TestMethod]
    public void Spans_of_different_lengths_are_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Combining.Add(new float[3], new float[4]));
        Assert.ThrowsExactly<ArgumentException>(() => Combining.AddScaledDifference(new float[3], new float[3], new float[2], 1f));
    }

    private static void AssertEqualsReference(
        string name, Kernel kernel, Func<float, float, float, float, float> reference, (float[] A, float[] X, float[] Y) spans, float factor)
    {
        var expected = new float[spans.A.Length];
        for (var i = 0; i < expected.Length; i++)
            expected[i] = reference(spans.A[i], spans.X[i], spans.Y[i], factor);
        foreach (var width in Enum.GetValues<SimdWidth>())
        {
            var accumulator = spans.A.ToArray();
            kernel(accumulator, spans.X, spans.Y, factor, width);
            BitAssert.AreEqual(expected, accumulator, $"{name} {width}");
        }
    }

    private static float Rounded(double value) => (float)value;

    // x + y rounded once to float32. Rounding to float64 in between would round twice, unless it leaves the last bit set
    // wherever it was inexact (Boldo and Melquiond, Emulation of FMA, 2008).
    private static float RoundedToOdd(double x, double y)
    {
        var sum = x + y;
        if (!double.IsFinite(sum))
            return (float)sum;
        var yPart = sum - x;
        var error = (x - (sum - yPart)) + (y - yPart);
        var bits = BitConverter.DoubleToInt64Bits(sum);
        if (error != 0 && (bits & 1) == 0)
            bits += (error > 0) == (sum > 0) ? 1 : -1;
        return (float)BitConverter.Int64BitsToDouble(bits);
    }

    private static float[] Repeat(float value) => [.. Enumerable.Repeat(value, 37)];
}
