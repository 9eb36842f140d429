namespace TaskArithmetic.Methods;

/// <summary>What a pass learns from blocks.</summary>
public interface IMeasure
{
    /// <summary>
    /// Whether adding is exact whatever the order (whole numbers): one measure then serves all blocks that a thread sees. Otherwise every
    /// chunk has its own, and they are added in the order of chunks.
    /// </summary>
    bool IsExact { get; }

    /// <summary>Adds what later blocks of the same tensor, or later tensors, showed.</summary>
    void Add(IMeasure other);
}

/// <summary>Sums in double and counts.</summary>
/// <param name="sums">Number of sums.</param>
/// <param name="counts">Number of counts.</param>
public sealed class Sums(int sums, int counts = 0) : IMeasure
{
    /// <summary>Sums of numbers.</summary>
    public double[] Values { get; } = new double[sums];

    /// <summary>Counts of elements.</summary>
    public long[] Counts { get; } = new long[counts];

    /// <inheritdoc/>
    public bool IsExact => Values.Length == 0;

    /// <inheritdoc/>
    public void Add(IMeasure other)
    {
        var sum = (Sums)other;
        for (var i = 0; i < Values.Length; i++)
            Values[i] += sum.Values[i];
        for (var i = 0; i < Counts.Length; i++)
            Counts[i] += sum.Counts[i];
    }
}
