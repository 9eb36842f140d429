using System.Runtime.InteropServices;
using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Tests.Kernels;

/// <summary>Kernels over several inputs and those that keep entries: every width against the plain formula.</summary>
[TestClass]
public sealed class SeveralInputsTests
{
    private const int Run = 1003;
    private static readonly DType[] Roundings = [DType.F32, DType.BF16, DType.F16];

    [TestMethod]
    public void A_sign_is_elected_alike_on_every_width()
    {
        foreach (var width in Enum.GetValues<SimdWidth>())
            Elect(width);
    }

    [TestMethod]
    public void Active_entries_are_averaged_and_counted_alike_on_every_width()
    {
        foreach (var width in Enum.GetValues<SimdWidth>())
            Average(width);
    }

    [TestMethod]
    public void Other_kernels_have_the_scalar_bits_on_every_width()
    {
        foreach (var width in Enum.GetValues<SimdWidth>())
            Compare(width);
    }

    private static void Elect(SimdWidth width)
    {
        foreach (var rounding in Roundings)
        {
            foreach (var inputs in new[] { 1, 2, 5 })
            {
                var votes = Values(inputs, rounding);
                var terms = Values(inputs, rounding, seed: 2);
                float[] weights = [.. Enumerable.Range(1, inputs).Select(i => i * 0.25f - 0.5f)];
                var merged = new float[Run];
                var divisor = new float[Run];
                SignElection.Elect(votes, terms, weights, merged, divisor, rounding, width);
                for (var i = 0; i < Run; i++)
                {
                    var sum = Enumerable.Range(0, inputs).Aggregate(0f, (s, k) => s + votes[(k * Run) + i]);
                    var isPlus = Round(sum, rounding) >= 0;
                    var agreeing = Enumerable.Range(0, inputs).Where(k => votes[(k * Run) + i] != 0 && votes[(k * Run) + i] > 0 == isPlus).ToArray();
                    Assert.AreEqual(Round(agreeing.Aggregate(0f, (s, k) => s + terms[(k * Run) + i]), rounding), merged[i], $"{rounding} {inputs} [{i}]");
                    Assert.AreEqual(Round(agreeing.Aggregate(0f, (s, k) => s + weights[k]), rounding), divisor[i], $"{rounding} {inputs} [{i}]");
                }
            }
        }
    }

    private static void Average(SimdWidth width)
    {
        foreach (var rounding in Roundings)
        {
            foreach (var inputs in new[] { 1, 3 })
            {
                var values = Values(inputs, rounding);
                float[] scales = [.. Enumerable.Range(1, inputs).Select(i => 1 + i * 0.01f)];
                var merged = new float[Run];
                var (shared, unique) = (new long[inputs], new long[inputs]);
                var (expectedShared, expectedUnique) = (new long[inputs], new long[inputs]);
                ActiveEntries.Mean(values, scales, 0.2f, merged, rounding, dividesFirst: rounding != DType.F32, width);
                ActiveEntries.Count(values, 0.2f, shared, unique, width);
                for (var i = 0; i < Run; i++)
                {
                    var active = Enumerable.Range(0, inputs).Where(k => Math.Abs(values[(k * Run) + i]) > 0.2f).ToArray();
                    var expected = active.Length switch
                    {
                        1 => values[(active[0] * Run) + i] * scales[active[0]],
                        0 => 0,
                        _ when rounding == DType.F32 => active.Aggregate(0f, (s, k) => s + values[(k * Run) + i]) / active.Length,
                        _ => active.Aggregate(0f, (s, k) => s + Round(values[(k * Run) + i] / active.Length, rounding)),
                    };
                    Assert.AreEqual(expected, merged[i], $"{rounding} {inputs} [{i}]");
                    foreach (var k in active)
                        (active.Length > 1 ? expectedShared : expectedUnique)[k]++;
                }
                CollectionAssert.AreEqual(expectedShared, shared);
                CollectionAssert.AreEqual(expectedUnique, unique);
            }
        }
    }

    private static void Compare(SimdWidth width)
    {
        var values = Values(4, DType.F32);
        var (first, second) = (values[..Run], values[Run..(2 * Run)]);
        var draws = MemoryMarshal.Cast<float, uint>(values.AsSpan(2 * Run, Run)).ToArray();
        Same(width, (w, output) => Magnitudes.KeepBand(first, Magnitudes.Of(0.1f), Magnitudes.Of(0.6f), output, w));
        Same(width, (w, output) => Combining.KeepDrawn(first, draws, 0x9000_0000, output, w));
        Same(width, (w, output) => Combining.Difference(first, second, output, w));
        Same(width, (w, output) => Spread.Variance(values, 4, output, w));
        Same(width, (w, output) => Combining.DivideByNonZero(Start(first, output), second, w));
        Same(width, (w, output) => Combining.DivideByAtLeast(Start(first, output), second.Select(Math.Abs).ToArray(), 0.3f, w));
        Same(width, (w, output) => Combining.Multiply(Start(first, output), second, w));
        Same(width, (w, output) => Combining.KeepWhereNonZero(Start(first, output), second, w));
        Assert.AreEqual(Reducing.SumOfMagnitudes(first, SimdWidth.Scalar), Reducing.SumOfMagnitudes(first, width));
    }

    [TestMethod]
    public void What_is_kept_is_what_the_words_say()
    {
        float[] values = [0.5f, -0.25f, 1, -2, 0.25f, 0];
        var kept = new float[6];
        Magnitudes.KeepBand(values, Magnitudes.Of(0.25f), Magnitudes.Of(1), kept);
        BitAssert.AreEqual([0.5f, -0.25f, 1, 0, 0.25f, 0], kept, "band");
        Combining.KeepDrawn(values, [0, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x8000_0001, 5], 0x8000_0001, kept);
        BitAssert.AreEqual([0.5f, -0.25f, 1, 0, 0, 0], kept, "drawn");
        Assert.AreEqual(4, Magnitudes.CountBand(values, Magnitudes.Of(0.25f), Magnitudes.Of(1)));
        float[] many = [.. Enumerable.Repeat(values, 30).SelectMany(v => v)];
        var indices = new int[many.Length];
        var found = Magnitudes.IndicesOfBand(many, Magnitudes.Of(0.25f), Magnitudes.Of(0.3f), indices);
        CollectionAssert.AreEqual(Enumerable.Range(0, many.Length).Where(i => Math.Abs(many[i]) == 0.25f).ToArray(), indices[..found]);
    }

    [TestMethod]
    public void Magnitudes_below_a_limit_are_counted()
    {
        var values = Values(2, DType.F32);
        foreach (var length in new[] { 0, 1, 7, 31, 33, 1000, 2006 })
            Assert.AreEqual(values.Take(length).Count(v => Math.Abs(v) < 0.25f), Magnitudes.CountBelow(values.AsSpan(0, length), Magnitudes.Of(0.25f)), $"{length}");
    }

    [TestMethod]
    public void The_number_at_a_place_is_that_of_sorting()
    {
        var random = new Random(3);
        foreach (var length in new[] { 1, 2, 3, 10, 1000 })
        {
            foreach (var distinct in new[] { 1, 2, 10, int.MaxValue })
            {
                var values = Enumerable.Range(0, length).Select(_ => (ulong)random.Next(distinct)).ToArray();
                var sorted = values.Order().ToArray();
                for (var place = 0; place < length; place += Math.Max(1, length / 50))
                    Assert.AreEqual(sorted[place], Quickselect.Find((ulong[])values.Clone(), place), $"{length} {distinct} {place}");
                Assert.AreEqual(sorted[^1], Quickselect.Find(sorted, length - 1));
            }
        }
    }

    private delegate void Kernel(SimdWidth width, Span<float> output);

    private static void Same(SimdWidth width, Kernel kernel)
    {
        var scalar = new float[Run];
        var vector = new float[Run];
        kernel(SimdWidth.Scalar, scalar);
        kernel(width, vector);
        BitAssert.AreEqual(scalar, vector, width.ToString());
        Assert.IsTrue(scalar.Any(v => v != 0));
    }

    private static Span<float> Start(float[] values, Span<float> output)
    {
        values.CopyTo(output);
        return output;
    }

    private static float Round(float value, DType dtype)
    {
        Span<float> one = [value];
        Rounding.ToPrecision(one, dtype);
        return one[0];
    }

    /// <summary>Values of both signs with zeros and equals among them.</summary>
    private static float[] Values(int inputs, DType dtype, int seed = 1)
    {
        var random = new Random(seed);
        var values = new float[inputs * Run];
        for (var i = 0; i < values.Length; i++)
            values[i] = random.Next(5) switch { 0 => 0, 1 => 0.25f, 2 => -0.25f, _ => random.NextSingle() * 2 - 1 };
        Rounding.ToPrecision(values, dtype);
        return values;
    }
}
