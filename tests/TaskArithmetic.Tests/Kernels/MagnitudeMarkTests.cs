using CsCheck;
using TaskArithmetic.Kernels;

namespace TaskArithmetic.Tests.Kernels;

[TestClass]
public sealed class MagnitudeMarkTests
{
    [TestMethod]
    public void Exactly_the_elements_of_one_magnitude_are_marked_on_every_path() =>
        Gen.Select(Gen.Frequency((1, FloatSamples.Any), (1, Gen.OneOf((float[])[0.5f, -0.5f, 0f, -0f, float.NaN]))).Array[0, 300], Gen.OneOf((float[])[0.5f, 0f, float.NaN, float.Epsilon])).Sample(
            (values, wanted) =>
            {
                var magnitude = Magnitudes.Of(wanted);
                foreach (var width in Enum.GetValues<SimdWidth>())
                {
                    var bits = new ulong[(values.Length / 64) + 1];
                    Magnitudes.Mark(values, magnitude, bits, width);
                    for (var i = 0; i < bits.Length * 64; i++)
                        Assert.AreEqual(i < values.Length && Magnitudes.Of(values[i]) == magnitude, (bits[i / 64] >> (i % 64) & 1) == 1, $"element {i} of {values.Length}, {width}");
                }
            },
            iter: 300);
}
