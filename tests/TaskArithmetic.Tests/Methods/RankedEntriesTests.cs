using TaskArithmetic.Kernels;
using TaskArithmetic.Methods;
using TaskArithmetic.Methods.Cutting;
using TaskArithmetic.Methods.Randomness;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Kernels;

namespace TaskArithmetic.Tests.Methods;

[TestClass]
public sealed class RankedEntriesTests
{
    [TestMethod]
    public void An_entry_survives_where_its_draw_is_below_the_probability_of_its_rank()
    {
        var numbers = new Random(5);
        foreach (var (rows, length) in new[] { (5, 1), (4, 2), (3, 64), (2, 5000), (1, 20_000) })
        {
            foreach (var distinct in new[] { 1, 3, 40, int.MaxValue })
            {
                var values = new float[rows * length];
                for (var i = 0; i < values.Length; i++)
                    values[i] = (numbers.Next(2) - 0.5f) * (distinct == int.MaxValue ? MathF.Exp(numbers.NextSingle() * 12) : 1 + numbers.Next(distinct));
                Rounding.ToPrecision(values, distinct == 40 ? DType.BF16 : DType.F32);
                var random = new CounterRandom(9, "w", 1);
                var kept = new float[values.Length];
                new RankedEntries(random, length, 0.6, 0.25).Keep(values, 3L * length, kept);
                BitAssert.AreEqual(Expected(values, length, random, 3L * length), kept, $"{rows} rows of {length}, {distinct} magnitudes");
            }
        }
    }

    private static float[] Expected(float[] values, int length, CounterRandom random, long first)
    {
        var expected = new float[values.Length];
        for (var row = 0; row < values.Length; row += length)
        {
            var order = Enumerable.Range(row, length).OrderBy(i => Math.Abs(values[i])).ThenBy(i => i).ToArray();
            for (var rank = 0; rank < length; rank++)
            {
                var probability = length == 1 ? 0.6 : 0.35 + (0.5 * rank / (length - 1));
                if (random.Draw(first + order[rank]) / 4294967296.0 < probability)
                    expected[order[rank]] = values[order[rank]];
            }
        }
        return expected;
    }
}
