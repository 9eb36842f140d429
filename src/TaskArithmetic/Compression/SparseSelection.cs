using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Compression;

/// <summary>
/// Which elements a sparse vector keeps: all that are not 0, or the largest magnitudes of the whole vector that a size allows. The cut is exact,
/// by two histograms of the magnitudes' bits; of equal magnitudes at the cut those of earlier tensors and lower indices are kept.
/// </summary>
internal sealed class SparseSelection
{
    private const int Bins = 1 << 16;
    private const int NoCut = -1;
    private const uint Magnitude = 0x7FFF_FFFF;

    private readonly int cut;
    private readonly Dictionary<string, long> ties;

    private SparseSelection(IReadOnlyDictionary<string, long> counts, int cut, Dictionary<string, long> ties) => (Counts, this.cut, this.ties) = (counts, cut, ties);

    /// <summary>For each tensor the number of elements that are kept.</summary>
    public IReadOnlyDictionary<string, long> Counts { get; }

    /// <summary>Keeps all that is not +0: a −0 is a value too, whose sign a sum can show.</summary>
    public static SparseSelection All(IReadOnlyList<SourceTensor> tensors) =>
        new(tensors.ToDictionary(t => t.Name, CountNonZero, StringComparer.Ordinal), NoCut, []);

    /// <summary>Keeps as many of the largest magnitudes as fit.</summary>
    /// <param name="tensors">The tensors, in their order.</param>
    /// <param name="fits">Whether a file that keeps so many elements of each is small enough.</param>
    /// <returns>Null where not even a vector without elements fits.</returns>
    public static SparseSelection? Largest(IReadOnlyList<SourceTensor> tensors, Func<IReadOnlyDictionary<string, long>, bool> fits)
    {
        var all = All(tensors);
        if (fits(all.Counts))
            return all;
        var none = tensors.ToDictionary(t => t.Name, _ => 0L, StringComparer.Ordinal);
        if (!fits(none))
            return null;
        // Upper half of the bits first, then the lower half within the one bin that does not fit whole.
        var upper = Histograms(tensors, key => (int)(key >> 16));
        var (bin, above) = Cut(upper, none, fits);
        var lower = Histograms(tensors, key => key >> 16 == (uint)bin ? (int)(key & 0xFFFF) : -1);
        var (low, counts) = Cut(lower, above, fits);
        var ties = Ties(tensors, lower, low, counts, fits);
        return new SparseSelection(Plus(counts, ties), (bin << 16) | low, ties);
    }

    /// <summary>Notes which elements of a block are kept. Blocks are asked for once each, in order.</summary>
    /// <param name="tensor">Name of the tensor.</param>
    /// <param name="values">The block.</param>
    /// <param name="places">Receives the places of those that are kept.</param>
    public void Take(string tensor, ReadOnlySpan<float> values, List<ushort> places)
    {
        var left = ties.GetValueOrDefault(tensor);
        for (var i = 0; i < values.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(values[i]);
            if (cut == NoCut ? bits == 0 : (int)(bits & Magnitude) < cut || ((int)(bits & Magnitude) == cut && left-- <= 0))
                continue;
            places.Add((ushort)i);
        }
        ties[tensor] = Math.Max(0, left);
    }

    private static long CountNonZero(SourceTensor tensor)
    {
        long count = 0;
        for (long block = 0; block < tensor.Blocks; block++)
        {
            foreach (var value in tensor.Values(block))
                count += BitConverter.SingleToUInt32Bits(value) != 0 ? 1 : 0;
        }
        return count;
    }

    private static Dictionary<string, int[]> Histograms(IReadOnlyList<SourceTensor> tensors, Func<uint, int> binOf)
    {
        var histograms = new Dictionary<string, int[]>(StringComparer.Ordinal);
        foreach (var tensor in tensors)
        {
            int[]? bins = null;
            for (long block = 0; block < tensor.Blocks; block++)
            {
                foreach (var value in tensor.Values(block))
                {
                    if (binOf(BitConverter.SingleToUInt32Bits(value) & Magnitude) is >= 0 and var bin)
                        (bins ??= new int[Bins])[bin]++;
                }
            }
            if (bins is not null)
                histograms.Add(tensor.Name, bins);
        }
        return histograms;
    }

    /// <summary>The lowest bin above which everything fits, and what is kept then.</summary>
    private static (int Bin, Dictionary<string, long> Counts) Cut(Dictionary<string, int[]> histograms, Dictionary<string, long> kept, Func<IReadOnlyDictionary<string, long>, bool> fits)
    {
        var (low, high) = (0, Bins - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (fits(Above(middle)))
                high = middle;
            else
                low = middle + 1;
        }
        return (low, Above(low));

        Dictionary<string, long> Above(int bin) => kept.ToDictionary(
            k => k.Key, k => k.Value + (histograms.TryGetValue(k.Key, out var bins) ? bins.AsSpan(bin + 1).ToArray().Sum(n => (long)n) : 0), StringComparer.Ordinal);
    }

    /// <summary>How many of the equal magnitudes at the cut each tensor keeps: as many as fit, the first ones.</summary>
    private static Dictionary<string, long> Ties(
        IReadOnlyList<SourceTensor> tensors, Dictionary<string, int[]> lower, int low, Dictionary<string, long> counts, Func<IReadOnlyDictionary<string, long>, bool> fits)
    {
        var (least, most) = (0L, lower.Values.Sum(b => (long)b[low]));
        while (least < most)
        {
            var middle = (least + most + 1) / 2;
            if (fits(Plus(counts, First(middle))))
                least = middle;
            else
                most = middle - 1;
        }
        return First(least);

        Dictionary<string, long> First(long quota)
        {
            var first = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var tensor in tensors)
            {
                var taken = Math.Min(quota, lower.TryGetValue(tensor.Name, out var bins) ? bins[low] : 0);
                first.Add(tensor.Name, taken);
                quota -= taken;
            }
            return first;
        }
    }

    private static Dictionary<string, long> Plus(Dictionary<string, long> counts, Dictionary<string, long> more) =>
        counts.ToDictionary(c => c.Key, c => c.Value + more[c.Key], StringComparer.Ordinal);
}
