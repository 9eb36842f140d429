using System.Runtime.InteropServices;
using CsCheck;
using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Tests.Kernels;

[TestClass]
public sealed class CountingTests
{
    // Few different values, so that equal, zero and surviving elements are all common.
    private static readonly Gen<float> Coarse = Gen.OneOf(
        0f, -0f, 1f, 1.0078125f, 1.001f, 1.0009766f, 1e-9f, 3e-8f, 70000f, float.NaN, float.PositiveInfinity, float.NegativeInfinity);

    [TestMethod]
    public void Every_count_equals_the_one_by_hand_on_every_path() =>
        FloatSamples.Triples(Coarse).Sample((a, b, c) =>
        {
            foreach (var width in Enum.GetValues<SimdWidth>())
            {
                Assert.AreEqual(Positions(a, i => a[i] == b[i]), Reducing.CountEqual(a, b, width), $"CountEqual {width}");
                Assert.AreEqual(Positions(a, i => a[i] != 0), Reducing.CountNonZero(a, width), $"CountNonZero {width}");
                Assert.AreEqual(Array.FindIndex(a, x => !float.IsFinite(x)), Reducing.IndexOfNonFinite(a, width), $"IndexOfNonFinite {width}");
                Assert.AreEqual(a.Length, Reducing.CountRepresentable(a, DType.F32, width));
                foreach (var (dtype, format) in new[] { (DType.BF16, SixteenBitFormat.BFloat16), (DType.F16, SixteenBitFormat.Half) })
                {
                    float Round(float x) => format.Value(format.Round(x));
                    Assert.AreEqual(
                        Positions(a, i => float.IsNaN(a[i]) || Round(a[i]) == a[i]),
                        Reducing.CountRepresentable(a, dtype, width), $"CountRepresentable {dtype} {width}");
                    Assert.AreEqual(
                        Positions(a, i => a[i] != 0 && Round(b[i]) != Round(c[i])),
                        Reducing.CountSurviving(a, b, c, dtype, width), $"CountSurviving {dtype} {width}");
                }

                Assert.AreEqual(
                    Positions(a, i => a[i] != 0 && b[i] != c[i]), Reducing.CountSurviving(a, b, c, DType.F32, width), $"CountSurviving F32 {width}");
            }
        });

    [TestMethod]
    [DataRow(DType.BF16)]
    [DataRow(DType.F16)]
    [DataRow(DType.F32)]
    [DataRow(DType.F64)]
    public void Equal_elements_of_two_tensors_are_counted_by_value(DType dtype)
    {
        foreach (var length in new[] { 0, 1, 67, 1500 })
        {
            var a = Enumerable.Range(0, length).Select(i => i % 5 == 0 ? 0f : i % 7 == 0 ? float.NaN : i % 64).ToArray();
            var b = Enumerable.Range(0, length).Select(i => i % 5 == 0 ? -0f : i % 7 == 0 ? float.NaN : i % 3 == 0 ? 65f : i % 64).ToArray();
            var expected = Positions(a, i => a[i] == b[i]);
            foreach (var width in Enum.GetValues<SimdWidth>())
                Assert.AreEqual(expected, Reducing.CountEqual(Bytes(a, dtype), Bytes(b, dtype), dtype, width), $"{dtype} {width}, {length} elements");
        }
    }

    [TestMethod]
    public void Float64_that_differ_only_beyond_float32_are_not_equal()
    {
        double[] a = [1, 2, 3];
        double[] b = [1, Math.BitIncrement(2.0), 3];

        Assert.AreEqual(2, Reducing.CountEqual(MemoryMarshal.AsBytes<double>(a), MemoryMarshal.AsBytes<double>(b), DType.F64));
    }

    [TestMethod]
    public void The_first_non_finite_element_is_found_at_every_position()
    {
        foreach (var width in Enum.GetValues<SimdWidth>())
        {
            for (var position = 0; position < 67; position++)
            {
                var values = Enumerable.Repeat(float.MaxValue, 67).ToArray();
                values[position] = float.NegativeInfinity;
                values[66] = float.NaN;
                Assert.AreEqual(position, Reducing.IndexOfNonFinite(values, width), $"{width}");
            }
        }
    }

    [TestMethod]
    public void Tensors_that_cannot_be_compared_are_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Reducing.CountEqual(new byte[4], new byte[6], DType.BF16));
        Assert.ThrowsExactly<ArgumentException>(() => Reducing.CountEqual(new byte[3], new byte[3], DType.BF16));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Reducing.CountEqual(new byte[4], new byte[4], DType.I16));
    }

    private static long Positions(float[] values, Func<int, bool> holds) => Enumerable.Range(0, values.Length).Count(holds);

    private static byte[] Bytes(float[] values, DType dtype)
    {
        var bytes = new byte[values.Length * dtype.Bytes()];
        Narrowing.FromSingle(values, dtype, bytes);
        return bytes;
    }
}
