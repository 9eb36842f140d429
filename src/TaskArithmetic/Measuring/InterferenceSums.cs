using TaskArithmetic.Methods;

namespace TaskArithmetic.Measuring;

/// <summary>The sums of several task vectors over the same elements, each alone and each pair.</summary>
/// <param name="vectors">Number of vectors.</param>
internal sealed class InterferenceSums(int vectors) : IMeasure
{
    /// <summary>Sums of each vector.</summary>
    public VectorSums[] Vectors { get; } = new VectorSums[vectors];

    /// <summary>Sums of each pair, in the order of <see cref="PairsOf"/>.</summary>
    public PairSums[] Pairs { get; } = new PairSums[vectors * (vectors - 1) / 2];

    /// <summary>Sums of numbers are not: every chunk has its own sums, and they are added in the order of chunks.</summary>
    public bool IsExact => false;

    /// <summary>The pairs of so many vectors: 0–1, 0–2, 1–2, 0–3 …, so that further vectors do not move the others.</summary>
    public static IEnumerable<(int First, int Second)> PairsOf(int vectors)
    {
        for (var second = 1; second < vectors; second++)
        {
            for (var first = 0; first < second; first++)
                yield return (first, second);
        }
    }

    /// <inheritdoc/>
    public void Add(IMeasure other)
    {
        var sums = (InterferenceSums)other;
        for (var i = 0; i < Vectors.Length; i++)
            Vectors[i] += sums.Vectors[i];
        for (var i = 0; i < Pairs.Length; i++)
            Pairs[i] += sums.Pairs[i];
    }

    /// <summary>Adds a block.</summary>
    /// <param name="operands">Each vector.</param>
    /// <param name="target">What the vectors are added to; null where that is unknown.</param>
    /// <param name="start">First element in the buffers.</param>
    /// <param name="length">Number of elements, at most what the scratch was made for.</param>
    /// <param name="scratch">The thread's buffers.</param>
    public void Measure(VectorOperand[] operands, float[]? target, int start, int length, MeasuringScratch scratch)
    {
        var targetBlock = target is null ? [] : target.AsSpan(start, length);
        for (var i = 0; i < operands.Length; i++)
            Vectors[i] += VectorSums.Of(operands[i].Block(start, length), targetBlock, scratch, i);
        foreach (var (pair, (a, c)) in PairsOf(operands.Length).Index())
            Pairs[pair] += PairSums.Of(operands[a].Block(start, length), operands[c].Block(start, length), scratch.Marks(a)[..length], scratch.Marks(c)[..length]);
    }

    /// <summary>Takes down how strongly each vector is added in this tensor, once it is summed.</summary>
    public void Strengthen(IReadOnlyList<double> strengths)
    {
        for (var i = 0; i < Vectors.Length; i++)
            Vectors[i] = Vectors[i] with { StrongSquared = strengths[i] * strengths[i] * Vectors[i].Squared };
        foreach (var (pair, (first, second)) in PairsOf(Vectors.Length).Index())
            Pairs[pair] = Pairs[pair] with { StrongDot = strengths[first] * strengths[second] * Pairs[pair].Dot };
    }
}
