using System.Runtime.InteropServices;
using CsCheck;
using TaskArithmetic.Kernels;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Tests.Kernels;

[TestClass]
public sealed class WideningTests
{
    private static readonly ushort[] AllPatterns = [.. Enumerable.Range(0, 0x10000).Select(i => (ushort)i)];

    [TestMethod]
    public void Every_bfloat16_widens_to_the_value_its_definition_gives() => AssertAllWiden(DType.BF16, SixteenBitFormat.BFloat16);

    [TestMethod]
    public void Every_float16_widens_to_the_value_its_definition_gives() => AssertAllWiden(DType.F16, SixteenBitFormat.Half);

    [TestMethod]
    public void Every_float16_widens_as_the_runtime_converts_Half()
    {
        var expected = Array.ConvertAll(AllPatterns, bits => (float)BitConverter.UInt16BitsToHalf(bits));
        var actual = new float[AllPatterns.Length];

        Widening.ToSingle(MemoryMarshal.AsBytes<ushort>(AllPatterns), DType.F16, actual);

        BitAssert.AreEqual(expected, actual, "Half");
    }

    [TestMethod]
    public void Float32_is_copied_bit_for_bit() =>
        FloatSamples.Any.Array[0, 67].Sample(values =>
        {
            foreach (var width in Enum.GetValues<SimdWidth>())
            {
                var actual = new float[values.Length];
                Widening.ToSingle(MemoryMarshal.AsBytes<float>(values), DType.F32, actual, width);
                BitAssert.AreEqual(MemoryMarshal.AsBytes<float>(values), MemoryMarshal.AsBytes<float>(actual), $"{width}");
            }
        });

    [TestMethod]
    public void Float64_is_rounded_to_the_nearest_float32() =>
        Gen.OneOf(Gen.Double[-4, 4], Gen.ULong.Select(BitConverter.UInt64BitsToDouble), FloatSamples.Any.Select(f => (double)f)).Array[0, 67].Sample(values =>
        {
            foreach (var width in Enum.GetValues<SimdWidth>())
            {
                var actual = new float[values.Length];
                Widening.ToSingle(MemoryMarshal.AsBytes<double>(values), DType.F64, actual, width);
                for (var i = 0; i < values.Length; i++)
                    AssertNearest(values[i], actual[i], width);
            }
        });

    [TestMethod]
    public void A_source_at_an_odd_address_is_read_alike()
    {
        var random = new Random(1);
        foreach (var dtype in new[] { DType.BF16, DType.F16, DType.F32, DType.F64 })
        {
            for (var length = 0; length <= 67; length++)
            {
                var aligned = new byte[length * dtype.Bytes()];
                random.NextBytes(aligned);
                var expected = new float[length];
                Widening.ToSingle(aligned, dtype, expected, SimdWidth.Scalar);
                foreach (var width in Enum.GetValues<SimdWidth>())
                {
                    var shifted = new byte[aligned.Length + 3];
                    aligned.CopyTo(shifted, 3);
                    var actual = new float[length + 1];
                    actual[length] = 7f;
                    Widening.ToSingle(shifted.AsSpan(3), dtype, actual.AsSpan(0, length), width);
                    BitAssert.AreEqual(expected, actual.AsSpan(0, length), $"{dtype} {width}");
                    Assert.AreEqual(7f, actual[length], $"{dtype} {width} wrote past {length} elements");
                }
            }
        }
    }

    [TestMethod]
    public void Spans_that_do_not_match_are_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Widening.ToSingle(new byte[7], DType.BF16, new float[4]));
        Assert.ThrowsExactly<ArgumentException>(() => Widening.ToSingle(new byte[8], DType.BF16, new float[3]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Widening.ToSingle(new byte[4], DType.I32, new float[1]));
    }

    private static void AssertAllWiden(DType dtype, SixteenBitFormat format)
    {
        var expected = Array.ConvertAll(AllPatterns, format.Value);
        foreach (var width in Enum.GetValues<SimdWidth>())
        {
            var actual = new float[AllPatterns.Length];
            Widening.ToSingle(MemoryMarshal.AsBytes<ushort>(AllPatterns), dtype, actual, width);
            BitAssert.AreEqual(expected, actual, $"{dtype} {width}");
        }
    }

    // Differences between a float64 and the float32 beside it are exact in float64.
    private static void AssertNearest(double value, float actual, SimdWidth width)
    {
        var because = $"{width}: {value:G17} became {actual:G9}";
        const double halfwayToInfinity = 3.4028235677973366e38;
        if (double.IsNaN(value) || Math.Abs(value) >= halfwayToInfinity)
        {
            Assert.AreEqual(double.IsNaN(value) ? double.NaN : value > 0 ? double.PositiveInfinity : double.NegativeInfinity, actual, because);
            return;
        }

        Assert.IsTrue(float.IsFinite(actual), because);
        Assert.AreEqual(double.IsNegative(value), float.IsNegative(actual), because);
        var error = Math.Abs(value - actual);
        var isEven = (BitConverter.SingleToUInt32Bits(actual) & 1) == 0;
        foreach (var neighbour in new[] { MathF.BitIncrement(actual), MathF.BitDecrement(actual) }.Where(float.IsFinite))
        {
            var other = Math.Abs(value - neighbour);
            Assert.IsTrue(error < other || (error == other && isEven), because);
        }
    }
}
