using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Randomness;

namespace TaskArithmetic.Methods.Cutting;

/// <summary>Which entries of one task vector of one tensor survive. Those that look at nothing but an entry and its index need no pass.</summary>
internal interface ISparsification
{
    /// <summary>Whether it must see the vector (once more) before it can tell.</summary>
    bool NeedsPass => false;

    /// <summary>An empty measure of the next pass.</summary>
    IMeasure Begin() => throw new InvalidOperationException("No pass was asked for.");

    /// <summary>Adds a run of values, the first of which has this index in the tensor.</summary>
    void Reduce(ReadOnlySpan<float> values, long first, IMeasure into) => throw new InvalidOperationException("No pass was asked for.");

    /// <summary>Takes the measure of a whole pass.</summary>
    void Learn(IMeasure whole) => throw new InvalidOperationException("No pass was asked for.");

    /// <summary>Copies the entries that survive and writes +0 for the others.</summary>
    void Keep(ReadOnlySpan<float> values, long first, Span<float> destination);
}

/// <summary>Nothing survives: density 0.</summary>
internal sealed class NoEntries : ISparsification
{
    /// <inheritdoc/>
    public void Keep(ReadOnlySpan<float> values, long first, Span<float> destination) => destination.Clear();
}

/// <summary>Every entry survives with the same probability, as in DARE (arXiv 2311.03099).</summary>
/// <param name="random">The input's stream.</param>
/// <param name="density">Probability, below 1.</param>
internal sealed class RandomEntries(CounterRandom random, double density) : ISparsification
{
    private const int Run = 1024;

    // A probability that rounds to 1 in 32 bits loses one draw in 2³².
    private readonly uint threshold = (uint)Math.Min(CounterRandom.Threshold(density), uint.MaxValue);

    /// <inheritdoc/>
    public void Keep(ReadOnlySpan<float> values, long first, Span<float> destination)
    {
        Span<uint> draws = stackalloc uint[Run];
        for (var i = 0; i < values.Length; i += Run)
        {
            var length = Math.Min(Run, values.Length - i);
            random.Fill(first + i, draws[..length]);
            Combining.KeepDrawn(values.Slice(i, length), draws[..length], threshold, destination.Slice(i, length));
        }
    }
}
