using System.Text.Json;
using TaskArithmetic.Evaluation.Statistics;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Evaluation.Tests.Statistics;

[TestClass]
public sealed class MersenneTwisterTests
{
    [TestMethod]
    [RequiresShared("golden/eval")]
    public void The_shots_of_every_gsm8k_question_are_those_of_python()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("golden", "eval", "gsm8k_fewshot_indices_seed1234.json")));
        var root = golden.RootElement;
        var random = new MersenneTwister(root.GetProperty("seed").GetInt64());
        var rows = root.GetProperty("indices").EnumerateArray().ToArray();
        var wrong = new List<string>();
        for (var i = 0; i < rows.Length; i++)
        {
            var drawn = random.Sample(root.GetProperty("population").GetInt32(), root.GetProperty("k").GetInt32());
            int[] expected = [.. rows[i].EnumerateArray().Select(e => e.GetInt32())];
            if (!drawn.SequenceEqual(expected))
                wrong.Add($"{i}: {string.Join(',', drawn)} instead of {string.Join(',', expected)}");
        }
        Assert.HasCount(1319, rows);
        Assert.IsEmpty(wrong, string.Join('\n', wrong.Take(5)));
    }

    [TestMethod]
    public void Draws_equal_those_of_cpython_for_small_and_large_seeds()
    {
        // python3 -c "import random; r = random.Random(0); print(r.random(), r.getrandbits(32), r.sample(range(10), 4), r.choices(range(100), k=5))"
        var zero = new MersenneTwister(0);
        Assert.AreEqual(0.8444218515250481, zero.NextDouble());
        Assert.AreEqual(3255389356u, zero.NextUInt32());
        var large = new MersenneTwister(1L << 40);
        Assert.AreEqual(LargeSeedFirst, large.NextDouble());
        var small = new MersenneTwister(7);
        CollectionAssert.AreEqual(PoolSample, small.Sample(10, 4));
        var indices = new int[5];
        small.Choices(100, indices);
        CollectionAssert.AreEqual(Choices, indices);
        CollectionAssert.AreEqual(WideSample, new MersenneTwister(7).Sample(200, 20));
    }

    private const double LargeSeedFirst = 0.1036394562812375;
    private static readonly int[] PoolSample = [5, 2, 6, 9];
    private static readonly int[] Choices = [4, 82, 9, 58, 90];
    private static readonly int[] WideSample = [82, 38, 101, 166, 12, 18, 137, 24, 93, 149, 14, 129, 54, 9, 22, 111, 107, 17, 61, 23];
}
