using System.Buffers;
using System.Runtime.InteropServices;
using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Randomness;

namespace TaskArithmetic.Methods.Cutting;

/// <summary>
/// An entry survives with a probability that rises evenly with the rank of its magnitude in its row, from density − ε for the smallest to
/// density + ε for the largest, as in DELLA (arXiv 2406.11617). Of equal magnitudes the one of the lower index has the lower rank; the
/// entry of a row of one has the probability density.
/// </summary>
/// <remarks>
/// No row is sorted: the draw comes first. A histogram of leading bits tells between which ranks an entry lies, and most draws are above
/// or below the thresholds of both; only for the few others is the rank counted.
/// </remarks>
internal sealed class RankedEntries : ISparsification
{
    // Sixteen bins for each power of two, over sixteen powers: what is smaller than 2⁻¹⁶ of the row's largest shares the last bin.
    private const int Bins = 256;
    private const int BinShift = 23 - 4;

    private readonly CounterRandom random;
    private readonly int rowLength;
    private readonly uint[] thresholds;

    /// <summary>The probabilities of a row.</summary>
    /// <param name="random">The input's stream.</param>
    /// <param name="rowLength">Elements of a row.</param>
    /// <param name="density">Mean probability.</param>
    /// <param name="epsilon">Half the difference between the largest and the smallest probability.</param>
    public RankedEntries(CounterRandom random, long rowLength, double density, double epsilon)
    {
        this.random = random;
        this.rowLength = checked((int)rowLength);
        thresholds = new uint[rowLength];
        for (var rank = 0; rank < thresholds.Length; rank++)
        {
            var position = thresholds.Length == 1 ? 0.5 : (double)rank / (thresholds.Length - 1);
            thresholds[rank] = (uint)Math.Min(CounterRandom.Threshold(density - epsilon + (position * 2 * epsilon)), uint.MaxValue);
        }
    }

    /// <summary>Copies what survives; the run begins and ends with a row.</summary>
    public void Keep(ReadOnlySpan<float> values, long first, Span<float> destination)
    {
        var draws = ArrayPool<uint>.Shared.Rent(rowLength);
        var open = ArrayPool<int>.Shared.Rent(rowLength);
        for (var row = 0; row < values.Length; row += rowLength)
        {
            random.Fill(first + row, draws.AsSpan(0, rowLength));
            KeepRow(values.Slice(row, rowLength), draws, open, destination.Slice(row, rowLength));
        }
        ArrayPool<uint>.Shared.Return(draws);
        ArrayPool<int>.Shared.Return(open);
    }

    private void KeepRow(ReadOnlySpan<float> row, ReadOnlySpan<uint> draws, Span<int> open, Span<float> destination)
    {
        Span<uint> surelyKept = stackalloc uint[Bins];
        Span<uint> surelyDropped = stackalloc uint[Bins];
        var top = Magnitudes.Largest(row) >> BinShift;
        var bits = MemoryMarshal.Cast<float, uint>(row);
        SetThresholds(bits, top, surelyKept, surelyDropped);

        var count = 0;
        var output = MemoryMarshal.Cast<float, uint>(destination)[..bits.Length];
        draws = draws[..bits.Length];
        for (var i = 0; i < bits.Length; i++)
        {
            var magnitude = bits[i] & Magnitudes.Mask;
            var bin = BinOf(magnitude, top);
            // No branch on random numbers, but masks from signs of differences: an entry is noted in any case, and the note stays where the
            // draw leaves the entry open.
            var isKept = ((long)draws[i] - surelyKept[bin]) >> 63;
            var isBelow = ((long)draws[i] - surelyDropped[bin]) >> 63;
            var isNonZero = -(long)magnitude >> 63;
            output[i] = bits[i] & (uint)isKept;
            open[count] = i;
            count -= (int)(~isKept & isBelow & isNonZero);
        }
        Decide(row, draws, open[..count], destination);
    }

    /// <summary>min(top − key, last) without a branch, which zeros among others would make a random one.</summary>
    private static int BinOf(uint magnitude, uint top)
    {
        var beyond = (int)(top - (magnitude >> BinShift)) - (Bins - 1);
        return Bins - 1 + (beyond & (beyond >> 31));
    }

    /// <summary>The thresholds of the lowest and of the highest rank that entries of a bin can have; bins go from the largest magnitudes down.</summary>
    private void SetThresholds(ReadOnlySpan<uint> row, uint top, Span<uint> lowest, Span<uint> highest)
    {
        // Two tables in turn: neighbours of one bin, such as zeros, would wait for each other.
        Span<int> counts = stackalloc int[2 * Bins];
        counts.Clear();
        var others = counts[Bins..];
        var i = 0;
        for (; i + 1 < row.Length; i += 2)
        {
            counts[BinOf(row[i] & Magnitudes.Mask, top)]++;
            others[BinOf(row[i + 1] & Magnitudes.Mask, top)]++;
        }
        if (i < row.Length)
            counts[BinOf(row[i] & Magnitudes.Mask, top)]++;
        var below = row.Length;
        for (var bin = 0; bin < Bins; bin++)
        {
            var count = counts[bin] + others[bin];
            if (count == 0)
                continue;
            highest[bin] = thresholds[below - 1];
            below -= count;
            lowest[bin] = thresholds[below];
        }
    }

    /// <summary>Decides by their ranks about the entries that the bins leave open: by counting, or by sorting where they are many.</summary>
    private void Decide(ReadOnlySpan<float> row, ReadOnlySpan<uint> draws, ReadOnlySpan<int> open, Span<float> destination)
    {
        if (open.Length > 32 * (int)Math.Log2(row.Length))
        {
            DecideBySorting(row, draws, destination);
            return;
        }
        foreach (var i in open)
        {
            var magnitude = Magnitudes.Of(row[i]);
            // Smaller ones are below it, and of its equals those before it.
            var rank = Magnitudes.CountBelow(row[..i], magnitude + 1) + Magnitudes.CountBelow(row[i..], magnitude);
            destination[i] = draws[i] < thresholds[rank] ? row[i] : 0;
        }
    }

    private void DecideBySorting(ReadOnlySpan<float> row, ReadOnlySpan<uint> draws, Span<float> destination)
    {
        var order = new ulong[row.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = (ulong)Magnitudes.Of(row[i]) << 32 | (uint)i;
        Array.Sort(order);
        for (var rank = 0; rank < order.Length; rank++)
        {
            var i = (int)(uint)order[rank];
            destination[i] = draws[i] < thresholds[rank] ? row[i] : 0;
        }
    }
}
