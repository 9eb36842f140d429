using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Tests.Kernels;

[TestClass]
public sealed class RoundingTests
{
    [TestMethod]
    public void Float32_and_float64_leave_every_value_as_it_is()
    {
        foreach (var dtype in new[] { DType.F32, DType.F64 })
        {
            var values = FloatSamples.Special.ToArray();
            Rounding.ToPrecision(values, dtype);
            BitAssert.AreEqual(FloatSamples.Special, values, $"{dtype}");
        }
    }

    [TestMethod]
    public void A_rounded_value_is_read_back_unchanged_from_what_is_written()
    {
        foreach (var dtype in new[] { DType.BF16, DType.F16 })
        {
            foreach (var width in Enum.GetValues<SimdWidth>())
            {
                var rounded = FloatSamples.Special.ToArray();
                Rounding.ToPrecision(rounded, dtype, width);
                var written = new byte[rounded.Length * 2];
                Narrowing.FromSingle(FloatSamples.Special, dtype, written, width);
                var read = new float[rounded.Length];
                Widening.ToSingle(written, dtype, read, width);
                BitAssert.AreEqual(read, rounded, $"{dtype} {width}");
            }
        }
    }

    [TestMethod]
    public void A_dtype_without_arithmetic_is_refused() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Rounding.ToPrecision(new float[1], DType.F8E4M3));
}
