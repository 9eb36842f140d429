using CsCheck;
using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Tests.Kernels;

[TestClass]
public sealed class FusedMergeTests
{
    private static readonly DType[] Formats = [DType.BF16, DType.F16, DType.F32];

    /// <summary>Around every register, run and sub-block.</summary>
    private static readonly int[] Lengths = [0, 1, 15, 16, 17, 255, 256, 257, 700, 1024, 1025, 4096, 5003];

    /// <summary>Weights near a shared base, as donors of one lineage have them.</summary>
    private static float[][] Weights(int operands, int length, int seed)
    {
        var random = new Random(seed);
        var shared = Enumerable.Range(0, length).Select(_ => (float)((random.NextDouble() - 0.5) * 0.1)).ToArray();
        return [.. Enumerable.Range(0, operands).Select(_ => shared.Select(v => random.Next(3) == 0 ? v : v + (float)((random.NextDouble() - 0.5) * 0.002)).ToArray())];
    }

    [TestMethod]
    public void The_bytes_are_those_of_widening_combining_and_narrowing_for_all_formats_and_lengths()
    {
        foreach (var input in Formats)
        {
            foreach (var output in Formats)
            {
                foreach (var length in Lengths)
                {
                    foreach (var shape in Shapes)
                        AssertEqualsOtherPath(shape, input, output, Weights(7, length, length + 1), mustMerge: true);
                }
            }
        }
    }

    [TestMethod]
    public void Zeroes_of_both_signs_subnormals_and_large_values_among_weights_give_the_same_bytes()
    {
        var odd = FloatSamples.Special.Where(v => float.IsFinite(v) && Math.Abs(v) < 1e5f).ToArray();
        foreach (var input in Formats)
        {
            var values = Weights(7, 5003, 8).Select((v, operand) => v.Select((x, i) => i % 5 == operand % 5 ? odd[i % odd.Length] : x).ToArray()).ToArray();
            foreach (var shape in Shapes)
                AssertEqualsOtherPath(shape, input, DType.F32, values, mustMerge: input != DType.F16);
        }
    }

    [TestMethod]
    public void Values_of_every_kind_give_the_same_bytes_or_are_left_to_the_other_path() =>
        Gen.Select(Gen.Int[0, 40].SelectMany(n => FloatSamples.Any.Array[n].Array[7]), Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, Shapes.Length - 1]).Sample(
            (values, input, output, shape) => AssertEqualsOtherPath(Shapes[shape], Formats[input], Formats[output], values, mustMerge: false),
            iter: 4000);

    [TestMethod]
    public void A_value_that_is_not_finite_leaves_the_block_to_the_other_path_wherever_it_stands()
    {
        foreach (var bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, BitConverter.UInt32BitsToSingle(0x7FFF_FFFF), BitConverter.UInt32BitsToSingle(0xFF80_0001) })
        {
            foreach (var place in new[] { 0, 7, 15, 16, 40, 299 })
            {
                for (var operand = 0; operand < 3; operand++)
                {
                    var values = Weights(7, 300, 3);
                    values[operand][place] = bad;
                    foreach (var width in Enum.GetValues<SimdWidth>())
                        Assert.IsFalse(Fused(Pair, DType.F32, DType.F32, values, width, out _, out _), $"{bad} at {place} of operand {operand}, {width}");
                }
            }
        }
    }

    [TestMethod]
    public void A_result_that_rounds_to_infinity_leaves_the_block_to_the_other_path()
    {
        // 65504 + 0.7·40 is finite in float32 and infinite in half precision; each operand is finite.
        float[][] values = [[1f, 65504f], [1f, 42f], [1f, 2f], [1, 1], [1, 1], [1, 1], [1, 1]];
        foreach (var width in Enum.GetValues<SimdWidth>())
        {
            Assert.IsFalse(Fused(Pair, DType.F16, DType.F16, values, width, out _, out _), $"{width}");
            Assert.IsTrue(Fused(Pair, DType.F16, DType.F32, values, width, out _, out _), $"{width}");
        }
    }

    [TestMethod]
    public void Squares_beyond_float32_or_below_it_leave_the_block_to_the_other_path()
    {
        foreach (var scale in new[] { 1e25f, 1e-20f })
        {
            var values = Weights(7, 300, 5).Select(v => v.Select(x => x * scale).ToArray()).ToArray();
            foreach (var width in Enum.GetValues<SimdWidth>())
                Assert.IsFalse(Fused(Pair, DType.F32, DType.F32, values, width, out _, out _), $"{scale}, {width}");
        }
    }

    [TestMethod]
    public void Operands_that_are_equal_or_zero_are_no_reason_to_leave_the_block()
    {
        var weights = Weights(7, 5003, 6);
        var zero = new float[5003];
        foreach (var values in new float[][][]
        {
            [weights[0], weights[0], weights[0], weights[0], weights[0], weights[0], weights[0]],
            [zero, zero, zero, zero, zero, zero, zero],
            [weights[0], weights[1], weights[0], zero, zero, weights[0], weights[0]],
        })
        {
            foreach (var shape in Shapes)
                AssertEqualsOtherPath(shape, DType.BF16, DType.BF16, values, mustMerge: true);
        }
    }

    [TestMethod]
    public void Other_dtypes_are_left_to_the_other_path()
    {
        Assert.IsTrue(FusedMerge.Supports([DType.BF16, DType.BF16], DType.F32));
        Assert.IsFalse(FusedMerge.Supports([DType.BF16, DType.F16], DType.F32));
        Assert.IsFalse(FusedMerge.Supports([DType.F64], DType.F32));
        Assert.IsFalse(FusedMerge.Supports([DType.F32], DType.F64));
        Assert.IsFalse(FusedMerge.TryMerge(
            new FusedBlock { DType = DType.F64, OutputDType = DType.F32, Target = new byte[8], Terms = new[] { new FusedTerm(new byte[8], default, 1) }, AddsToTarget = true },
            new byte[4], new FusedMeasures(1)));
    }

    [TestMethod]
    public void Operands_of_different_lengths_are_refused() =>
        Assert.ThrowsExactly<ArgumentException>(() => FusedMerge.TryMerge(
            new FusedBlock { DType = DType.F32, OutputDType = DType.F32, Target = new byte[8], Terms = new[] { new FusedTerm(new byte[8], new byte[4], 1) }, AddsToTarget = true },
            new byte[8], new FusedMeasures(1)));

    private sealed record Shape(string Name, bool AddsToTarget, (int From, int? Minus, float Factor)[] Terms);

    private static readonly Shape Pair = new("pair", true, [(1, 2, 0.7f)]);

    private static readonly Shape[] Shapes =
    [
        Pair,
        new("vector", true, [(1, null, 0.7f)]),
        new("two pairs", true, [(1, 2, 0.7f), (3, 4, -0.3f)]),
        new("pairs and vectors", true, [(1, 2, 0.7f), (3, null, 1e-30f), (4, 5, 1.5f), (6, null, -1f)]),
        new("linear", false, [(0, null, 0.25f), (1, null, 0.5f), (2, null, 0.25f)]),
        new("ten terms", true, [.. Enumerable.Range(0, 10).Select(i => (1 + (i % 5), (int?)(2 + (i % 5)), 0.1f))]),
    ];

    private static void AssertEqualsOtherPath(Shape shape, DType input, DType output, float[][] values, bool mustMerge)
    {
        var (expected, measured) = OtherPath(shape, input, output, values);
        FusedMeasures? first = null;
        foreach (var width in Enum.GetValues<SimdWidth>())
        {
            var because = $"{shape.Name}, {input} to {output}, {values[0].Length} elements, {width}";
            var merged = Fused(shape, input, output, values, width, out var actual, out var measures);
            if (mustMerge)
                Assert.IsTrue(merged, because);
            if (!merged)
                continue;
            BitAssert.AreEqual(expected, actual, because);
            AssertNear(measured, measures, because);
            AssertSame(first ??= measures, measures, because);
        }
    }

    private static bool Fused(Shape shape, DType input, DType output, float[][] values, SimdWidth width, out byte[] bytes, out FusedMeasures measures)
    {
        var stored = values.Select(v => Narrow(v, input)).ToArray();
        bytes = new byte[values[0].Length * output.Bytes()];
        measures = new FusedMeasures(shape.Terms.Length);
        var terms = shape.Terms.Select(t => new FusedTerm(stored[t.From], t.Minus is { } minus ? stored[minus] : default, t.Factor)).ToArray();
        return FusedMerge.TryMerge(
            new FusedBlock { DType = input, OutputDType = output, Target = stored[0], Terms = terms, AddsToTarget = shape.AddsToTarget }, bytes, measures, width);
    }

    private static (byte[] Output, FusedMeasures Measures) OtherPath(Shape shape, DType input, DType output, float[][] values)
    {
        var x = values.Select(v => Widen(Narrow(v, input), input)).ToArray();
        var (sum, change) = (shape.AddsToTarget ? x[0].ToArray() : new float[x[0].Length], new float[x[0].Length]);
        var terms = new List<FusedTermMeasures>();
        foreach (var (from, minus, factor) in shape.Terms)
        {
            var delta = x[from].ToArray();
            if (minus is { } m)
                Combining.Subtract(delta, x[m]);
            Combining.AddScaled(sum, delta, factor);
            Combining.AddScaled(change, delta, factor);
            terms.Add(minus is not { } n
                ? new(Reducing.SumOfSquares(delta), delta.Length - Reducing.CountNonZero(delta), 0, 0, 0, 0)
                : new(
                    Reducing.SquaredDistance(x[from], x[n]), Reducing.CountEqual(x[from], x[n]), Reducing.SumOfSquares(x[from]),
                    Reducing.SquaredDistance(x[from], x[0]), Reducing.SumOfSquares(x[n]), Reducing.SquaredDistance(x[n], x[0])));
        }
        if (!shape.AddsToTarget)
        {
            sum.CopyTo(change, 0);
            Combining.Subtract(change, x[0]);
        }
        var measures = new FusedMeasures(terms.Count);
        measures.Add(sum.Length, Reducing.SumOfSquares(x[0]), Reducing.CountNonZero(change), Reducing.CountSurviving(change, x[0], sum, output), terms.ToArray());
        return (Narrow(sum, output), measures);
    }

    private static void AssertNear(FusedMeasures expected, FusedMeasures actual, string because)
    {
        Near(expected.TargetSquared, actual.TargetSquared);
        Assert.AreEqual(expected.Elements, actual.Elements, because);
        Assert.AreEqual(expected.Asked, actual.Asked, because);
        Assert.AreEqual(expected.Survived, actual.Survived, because);
        for (var i = 0; i < expected.Terms.Length; i++)
        {
            Near(expected.Terms[i].Squared, actual.Terms[i].Squared);
            Near(expected.Terms[i].FromSquared, actual.Terms[i].FromSquared);
            Near(expected.Terms[i].FromDistance, actual.Terms[i].FromDistance);
            Near(expected.Terms[i].MinusSquared, actual.Terms[i].MinusSquared);
            Near(expected.Terms[i].MinusDistance, actual.Terms[i].MinusDistance);
            Assert.AreEqual(expected.Terms[i].Equal, actual.Terms[i].Equal, because);
        }

        void Near(double e, double a) => Assert.IsTrue(Math.Abs(e - a) <= 1.2e-6 * e, $"{because}: {a:R}, expected {e:R}");
    }

    private static void AssertSame(FusedMeasures expected, FusedMeasures actual, string because)
    {
        Assert.AreEqual(expected.TargetSquared, actual.TargetSquared, because);
        CollectionAssert.AreEqual(expected.Terms.ToArray(), actual.Terms.ToArray(), because);
    }

    private static byte[] Narrow(float[] values, DType dtype)
    {
        var bytes = new byte[values.Length * dtype.Bytes()];
        Narrowing.FromSingle(values, dtype, bytes);
        return bytes;
    }

    private static float[] Widen(byte[] bytes, DType dtype)
    {
        var values = new float[bytes.Length / dtype.Bytes()];
        Widening.ToSingle(bytes, dtype, values);
        return values;
    }
}
