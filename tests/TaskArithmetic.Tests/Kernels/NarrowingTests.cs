using System.Runtime.InteropServices;
using CsCheck;
using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Tests.Kernels;

[TestClass]
public sealed class NarrowingTests
{
    private static readonly (DType DType, SixteenBitFormat Format)[] SixteenBit =
        [(DType.BF16, SixteenBitFormat.BFloat16), (DType.F16, SixteenBitFormat.Half)];

    [TestMethod]
    public void Every_16_bit_value_survives_the_round_trip_and_every_NaN_becomes_the_quiet_one()
    {
        ushort[] patterns = [.. Enumerable.Range(0, 0x10000).Select(i => (ushort)i)];
        foreach (var (dtype, format) in SixteenBit)
        {
            var expected = Array.ConvertAll(patterns, bits => (bits & 0x7FFF) > format.Infinity ? format.NaN : bits);
            foreach (var width in Enum.GetValues<SimdWidth>())
            {
                var widened = new float[patterns.Length];
                Widening.ToSingle(MemoryMarshal.AsBytes<ushort>(patterns), dtype, widened, width);
                AssertNarrows(expected, widened, dtype, width);
            }
        }
    }

    [TestMethod]
    public void Every_halfway_case_and_its_neighbours_round_to_nearest_even()
    {
        foreach (var (dtype, format) in SixteenBit)
        {
            var values = new List<float>();
            for (var bits = 0; bits < format.Infinity; bits++)
            {
                var upper = bits + 1 < format.Infinity ? format.Magnitudes[bits + 1] : format.BeyondLargest;
                var halfway = (float)((format.Magnitudes[bits] + upper) / 2);
                float[] around = [(float)format.Magnitudes[bits], MathF.BitDecrement(halfway), halfway, MathF.BitIncrement(halfway)];
                values.AddRange(around);
                values.AddRange(around.Select(v => -v));
            }

            AssertRoundsAsDefined([.. values], dtype, format);
        }
    }

    [TestMethod]
    public void Any_float32_rounds_to_the_nearest_16_bit_value() =>
        FloatSamples.Any.Array[0, 67].Sample(
            values =>
            {
                foreach (var (dtype, format) in SixteenBit)
                    AssertRoundsAsDefined(values, dtype, format);
            },
            iter: 1000);

    [TestMethod]
    public void Any_float32_becomes_the_float16_that_the_runtime_gives() =>
        FloatSamples.Any.Where(v => !float.IsNaN(v)).Array[0, 67].Sample(values =>
            AssertNarrows(Array.ConvertAll(values, v => BitConverter.HalfToUInt16Bits((Half)v)), values, DType.F16, SimdWidths.Widest));

    [TestMethod]
    [DataRow(65519.996f, (ushort)0x7BFF)]
    [DataRow(65520f, (ushort)0x7C00)]
    [DataRow(-65520f, (ushort)0xFC00)]
    [DataRow(float.MaxValue, (ushort)0x7C00)]
    [DataRow(2.9802322e-8f, (ushort)0x0000)]
    [DataRow(2.9802326e-8f, (ushort)0x0001)]
    [DataRow(-2.9802322e-8f, (ushort)0x8000)]
    [DataRow(6.1006e-5f, (ushort)0x0400)]
    public void Float16_overflows_at_65520_and_keeps_subnormals(float value, ushort expected)
    {
        foreach (var width in Enum.GetValues<SimdWidth>())
            AssertNarrows(Repeat(expected), Repeat(value), DType.F16, width);
    }

    [TestMethod]
    [DataRow(0x7F80_0001u)]
    [DataRow(0x7FFF_FFFFu)]
    [DataRow(0xFFFF_FFFFu)]
    [DataRow(0xFF80_8000u)]
    public void A_NaN_stays_NaN_whatever_its_payload(uint bits)
    {
        var values = Repeat(BitConverter.UInt32BitsToSingle(bits));
        foreach (var width in Enum.GetValues<SimdWidth>())
        {
            AssertNarrows(Repeat((ushort)0x7FC0), values, DType.BF16, width);
            AssertNarrows(Repeat((ushort)0x7E00), values, DType.F16, width);
            AssertNarrows(Repeat(0x7FC0_0000u), values, DType.F32, width);
            AssertNarrows(Repeat(0x7FF8_0000_0000_0000ul), values, DType.F64, width);
        }
    }

    [TestMethod]
    public void Float32_and_float64_are_written_exactly() =>
        FloatSamples.Any.Where(v => !float.IsNaN(v)).Array[0, 67].Sample(values =>
        {
            foreach (var width in Enum.GetValues<SimdWidth>())
            {
                AssertNarrows(values, values, DType.F32, width);
                AssertNarrows(Array.ConvertAll(values, v => (double)v), values, DType.F64, width);
            }
        });

    [TestMethod]
    public void Spans_that_do_not_match_are_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Narrowing.FromSingle(new float[4], DType.F16, new byte[9]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Narrowing.FromSingle(new float[1], DType.Bool, new byte[1]));
    }

    private static void AssertRoundsAsDefined(float[] values, DType dtype, SixteenBitFormat format)
    {
        var bits = Array.ConvertAll(values, format.Round);
        var rounded = Array.ConvertAll(bits, format.Value);
        foreach (var width in Enum.GetValues<SimdWidth>())
        {
            AssertNarrows(bits, values, dtype, width);
            var inPlace = values.ToArray();
            Rounding.ToPrecision(inPlace, dtype, width);
            BitAssert.AreEqual(rounded, inPlace, $"R(.) to {dtype}, {width}");
        }
    }

    // The destination lies at an odd address, with a byte behind it that has to stay.
    private static void AssertNarrows<T>(T[] expected, float[] values, DType dtype, SimdWidth width)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes<T>(expected);
        var destination = new byte[bytes.Length + 2];
        destination[^1] = 0xA5;
        Narrowing.FromSingle(values, dtype, destination.AsSpan(1, bytes.Length), width);
        BitAssert.AreEqual(bytes, destination.AsSpan(1, bytes.Length), $"{dtype} {width}");
        Assert.AreEqual(0xA5, destination[^1], $"{dtype} {width} wrote past the end");
    }

    private static T[] Repeat<T>(T value) => [.. Enumerable.Repeat(value, 37)];
}
