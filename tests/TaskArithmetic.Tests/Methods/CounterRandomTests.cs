using TaskArithmetic.Methods;
using TaskArithmetic.Methods.Randomness;

namespace TaskArithmetic.Tests.Methods;

[TestClass]
public sealed class CounterRandomTests
{
    [TestMethod]
    public void Words_are_those_of_SplitMix64()
    {
        // The published test vector of the generator for the state 1234567.
        var random = new CounterRandom(1234567);
        ulong[] expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        CollectionAssert.AreEqual(expected, Enumerable.Range(0, 5).Select(i => random.Word(i)).ToArray());
    }

    [TestMethod]
    public void A_draw_depends_on_the_index_alone()
    {
        var random = new CounterRandom(7, "model.layers.0.mlp.up_proj.weight", 2);
        var whole = new uint[1000];
        random.Fill(5_000_000_000, whole);
        for (var i = 0; i < whole.Length; i++)
            Assert.AreEqual(random.Draw(5_000_000_000 + i), whole[i]);
        foreach (var (first, length) in new[] { (0, 1), (1, 1), (1, 2), (3, 500), (10, 333), (999, 1), (17, 0) })
        {
            var part = new uint[length];
            random.Fill(5_000_000_000 + first, part);
            CollectionAssert.AreEqual(whole[first..(first + length)], part, $"{first}, {length}");
        }
    }

    [TestMethod]
    public void Seed_tensor_and_input_give_streams_of_their_own()
    {
        ulong[] words =
        [
            new CounterRandom(1, "a", 0).Word(0), new CounterRandom(2, "a", 0).Word(0), new CounterRandom(1, "b", 0).Word(0),
            new CounterRandom(1, "a", 1).Word(0), new CounterRandom(-1, "a", 0).Word(0), new CounterRandom(1, "a", 0).Word(1),
        ];
        Assert.HasCount(words.Length, words.Distinct());
    }

    [TestMethod]
    public void The_streams_of_a_seed_never_change()
    {
        // Computed by an independent implementation of the documented formula.
        Assert.AreEqual(0x6864C0E44A755022UL, new CounterRandom(42, "model.norm.weight", 3).Word(5));
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.1)]
    [DataRow(0.5)]
    [DataRow(0.9)]
    [DataRow(1.0)]
    public void As_many_draws_lie_below_a_threshold_as_its_probability_says(double probability)
    {
        const int Draws = 1_000_000;
        var draws = new uint[Draws];
        new CounterRandom(42, "model.norm.weight", 0).Fill(0, draws);
        var below = draws.Count(d => d < CounterRandom.Threshold(probability));
        var deviation = Math.Sqrt(Draws * probability * (1 - probability));
        Assert.AreEqual(Draws * probability, below, 4 * deviation);
    }

    [TestMethod]
    public void Neighbours_and_inputs_are_not_correlated()
    {
        const int Draws = 1 << 18;
        var first = new uint[Draws];
        var second = new uint[Draws];
        new CounterRandom(3, "w", 0).Fill(0, first);
        new CounterRandom(3, "w", 1).Fill(0, second);
        Assert.IsLessThan(4, Math.Abs(Correlation(first[1..], first[..^1])));
        Assert.IsLessThan(4, Math.Abs(Correlation(first[2..], first[..^2])));
        Assert.IsLessThan(4, Math.Abs(Correlation(first, second)));
    }

    /// <summary>In standard deviations of what independent draws give.</summary>
    private static double Correlation(uint[] x, uint[] y) =>
        x.Zip(y, (a, b) => (a / 4294967296.0 - 0.5) * (b / 4294967296.0 - 0.5)).Sum() * 12 / Math.Sqrt(x.Length);
}
