using CsCheck;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Kernels;

namespace TaskArithmetic.Tests.Kernels;

[TestClass]
public sealed class VectorCountingTests
{
    // Few different values around the tolerance and around zero, so that every branch is common.
    private static readonly Gen<float> Coarse = Gen.OneOf(
        0f, -0f, 1e-5f, -1e-5f, MathF.BitIncrement(1e-5f), -MathF.BitIncrement(1e-5f), 1f, -1f, 1.001f, float.Epsilon, -float.Epsilon, 1e-30f, -1e-30f, float.NaN, float.PositiveInfinity,
        float.NegativeInfinity);

    [TestMethod]
    public void Every_count_over_two_vectors_equals_the_one_by_hand_on_every_path() =>
        FloatSamples.Triples(Coarse).Sample((a, c, _) =>
        {
            foreach (var width in Enum.GetValues<SimdWidth>())
            {
                Assert.AreEqual(Positions(a, i => IsAbove(a[i]) && IsAbove(c[i])), Reducing.CountBothAbove(a, c, 1e-5f, width), $"CountBothAbove {width}");
                Assert.AreEqual(Positions(a, i => a[i] != 0 && c[i] != 0), Reducing.CountBothNonZero(a, c, width), $"CountBothNonZero {width}");
                Assert.AreEqual(
                    Positions(a, i => a[i] != 0 && c[i] != 0 && float.IsNegative(a[i]) != float.IsNegative(c[i])), Reducing.CountOppositeSigns(a, c, width), $"CountOppositeSigns {width}");
            }
        });

    [TestMethod]
    public void Largest_magnitudes_and_marks_of_change_are_those_by_hand_on_every_path() =>
        FloatSamples.Triples(FloatSamples.Any).Sample((a, c, _) =>
        {
            foreach (var width in Enum.GetValues<SimdWidth>())
            {
                var (magnitudes, largest, marks) = (a.Select(MathF.Abs).ToArray(), new float[a.Length], (float[])a.Clone());
                Differences.RaiseMagnitudes(largest, magnitudes, width);
                Differences.RaiseMagnitudes(largest, c.Select(MathF.Abs).ToArray(), width);
                Differences.MarkChanged(marks, c, width);
                for (var i = 0; i < a.Length; i++)
                {
                    Assert.AreEqual(MathF.Max(MathF.Abs(a[i]), MathF.Abs(c[i])), largest[i]);
                    Assert.AreEqual(Round(a[i]) == Round(c[i]) ? 0f : 1f, marks[i]);
                }
            }
        });

    [TestMethod]
    public void A_sum_has_the_same_bits_on_every_path() =>
        FloatSamples.Weight.Array[0, 300].Sample(values =>
        {
            var expected = Reducing.Sum(values, SimdWidth.Scalar);
            Assert.AreEqual(expected, values.Sum(v => (double)v), 1e-12);
            foreach (var width in Enum.GetValues<SimdWidth>())
                Assert.AreEqual(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(Reducing.Sum(values, width)), $"{width}");
        });

    private static bool IsAbove(float value) => !(MathF.Abs(value) <= 1e-5f);

    private static float Round(float value) => SixteenBitFormat.BFloat16.Value(SixteenBitFormat.BFloat16.Round(value));

    private static long Positions(float[] values, Func<int, bool> holds) => Enumerable.Range(0, values.Length).Count(holds);
}
