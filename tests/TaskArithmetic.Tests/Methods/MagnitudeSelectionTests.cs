using TaskArithmetic.Kernels;
using TaskArithmetic.Methods;
using TaskArithmetic.Methods.Cutting;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Kernels;

namespace TaskArithmetic.Tests.Methods;

[TestClass]
public sealed class MagnitudeSelectionTests
{
    private static readonly DType?[] Formats = [null, DType.BF16, DType.F16];

    [TestMethod]
    public void The_kept_entries_are_those_of_a_stable_sort_whatever_the_chunks()
    {
        var random = new Random(1);
        foreach (var format in Formats)
        {
            foreach (var elements in new[] { 1, 2, 3, 100, 5000, 70_000 })
            {
                foreach (var distinct in new[] { 1, 2, 5, 1000, int.MaxValue })
                {
                    var values = Values(random, elements, distinct, format);
                    var (from, to) = (random.Next(elements), random.Next(elements + 1));
                    foreach (var range in new[] { (From: 0, To: to), (From: Math.Min(from, to), To: to), (From: 0, To: elements), (From: from, To: elements), (From: 0, To: 0) })
                    {
                        var expected = Sorted(values, range.From, range.To);
                        foreach (var chunk in new[] { 1 << 16, 4096, 37 })
                        {
                            if (elements / chunk > 500)
                                continue;
                            var selection = MagnitudeSelection.Between(elements, range.From, range.To, format);
                            var what = $"{elements} elements, {distinct} magnitudes, {range}, chunks of {chunk}, {format}";
                            Learn(selection, values, chunk);
                            BitAssert.AreEqual(expected, Kept(selection, values, chunk), what);
                        }
                    }
                }
            }
        }
    }

    [TestMethod]
    public void A_range_of_equal_magnitudes_keeps_the_lowest_indices()
    {
        float[] values = [-1, 1, 2, 1, -1, 1];
        var largest = MagnitudeSelection.Largest(values.Length, 3);
        Learn(largest, values, 2);
        BitAssert.AreEqual([-1, 1, 2, 0, 0, 0], Kept(largest, values, 2), "largest");
        Assert.AreEqual(5, largest.Parted);

        var middle = MagnitudeSelection.Between(values.Length, 2, 4);
        Learn(middle, values, 3);
        BitAssert.AreEqual([-1, 1, 0, 0, 0, 0], Kept(middle, values, 3), "middle");
    }

    [TestMethod]
    public void Equal_magnitudes_can_all_be_kept()
    {
        float[] values = [-1, 1, 2, 1, -1, 0.5f];
        var selection = MagnitudeSelection.AtLeast(values.Length, 2);
        Learn(selection, values, 2);
        BitAssert.AreEqual([-1, 1, 2, 1, -1, 0], Kept(selection, values, 4), "at least the second");
        Assert.AreEqual(0, selection.Parted);
    }

    [TestMethod]
    public void The_count_may_follow_from_the_number_of_entries_that_are_not_zero()
    {
        float[] values = [0, 3, -0f, -1, 2, 0, 4];
        var selection = MagnitudeSelection.LargestOfNonZero(values.Length, nonZero => nonZero / 2);
        Learn(selection, values, 3);
        BitAssert.AreEqual([0, 3, 0, 0, 0, 0, 4], Kept(selection, values, 7), "half of four");
    }

    [TestMethod]
    public void Sixteen_bit_values_without_equals_at_the_cut_take_one_pass_and_float32_two()
    {
        var values = Enumerable.Range(1, 2000).Select(i => (float)i).ToArray();
        Rounding.ToPrecision(values, DType.F16);
        Assert.AreEqual(1, Learn(MagnitudeSelection.Largest(values.Length, 1000, DType.F16), values, 100));
        Assert.AreEqual(2, Learn(MagnitudeSelection.Largest(values.Length, 1000), values, 100));
    }

    [TestMethod]
    public void A_cut_among_zeros_takes_no_further_pass()
    {
        var values = new float[1000];
        values[7] = 1;
        var selection = MagnitudeSelection.Largest(values.Length, 500, DType.BF16);
        Assert.AreEqual(1, Learn(selection, values, 64));
        BitAssert.AreEqual(values, Kept(selection, values, 64), "zeros");
    }

    [TestMethod]
    public void A_tensor_without_elements_needs_no_pass()
    {
        Assert.IsFalse(MagnitudeSelection.Largest(0, 1).NeedsPass);
    }

    private static int Learn(MagnitudeSelection selection, float[] values, int chunk)
    {
        var passes = 0;
        for (; selection.NeedsPass; passes++)
        {
            Assert.IsLessThan(5, passes, "passes without end");
            var whole = selection.Begin();
            // Chunks come in any order, as from several threads.
            foreach (var first in Enumerable.Range(0, (values.Length + chunk - 1) / chunk).Select(i => i * chunk).Reverse())
            {
                var part = selection.Begin();
                selection.Reduce(values.AsSpan(first, Math.Min(chunk, values.Length - first)), first, part);
                whole.Add(part);
            }
            selection.Learn(whole);
        }
        return passes;
    }

    private static float[] Kept(MagnitudeSelection selection, float[] values, int chunk)
    {
        var kept = new float[values.Length];
        for (var first = 0; first < values.Length; first += chunk)
        {
            var length = Math.Min(chunk, values.Length - first);
            selection.Keep(values.AsSpan(first, length), first, kept.AsSpan(first, length));
        }
        return kept;
    }

    /// <summary>What is to be kept by the plainest way, of equals the lowest indices at both ends.</summary>
    private static float[] Sorted(float[] values, int from, int to)
    {
        var descending = values.Select(Math.Abs).OrderDescending().ToArray();
        var kept = new float[values.Length];
        if (from >= to)
            return kept;
        var room = descending[from..to].GroupBy(m => m).ToDictionary(g => g.Key, g => g.Count());
        for (var i = 0; i < values.Length; i++)
        {
            var magnitude = Math.Abs(values[i]);
            if (room.TryGetValue(magnitude, out var left) && left > 0)
            {
                room[magnitude] = left - 1;
                kept[i] = values[i] == 0 ? 0 : values[i];
            }
        }
        return kept;
    }

    private static float[] Values(Random random, int elements, int distinct, DType? format)
    {
        var values = new float[elements];
        for (var i = 0; i < elements; i++)
        {
            var magnitude = distinct == int.MaxValue ? MathF.Pow(2, random.NextSingle() * 20 - 15) : random.Next(distinct) * 0.37f;
            values[i] = random.Next(2) == 0 ? magnitude : -magnitude;
            if (values[i] == 0)
                values[i] = 0;
        }
        if (format is { } dtype)
            Rounding.ToPrecision(values, dtype);
        return values;
    }
}
