using System.Numerics;
using System.Runtime.InteropServices;
using TaskArithmetic.Kernels;

namespace TaskArithmetic.Methods.Cutting;

/// <summary>What a cut still has to learn.</summary>
internal enum CutStep
{
    /// <summary>Nothing.</summary>
    Done,

    /// <summary>The entries of its interval, which are few.</summary>
    Collect,

    /// <summary>How often each magnitude of its interval occurs.</summary>
    CountLowerBits,

    /// <summary>Where the entries that equal it are.</summary>
    Mark,
}

/// <summary>
/// A rank in descending order of magnitudes on the way to its exact place: the interval of magnitudes that holds it shrinks with every
/// pass to the one magnitude of that rank, and where that occurs more than once, an index parts the entries that equal it.
/// </summary>
internal sealed class MagnitudeCut
{
    private readonly long rank;
    private uint low;
    private uint high;
    private long inside;
    private long kept;
    private List<ulong>? entries;

    private MagnitudeCut(long rank) => this.rank = rank;

    /// <summary>What the next pass has to find out.</summary>
    public CutStep Next { get; private set; }

    /// <summary>Bits of the magnitude of that rank.</summary>
    public uint Threshold => low;

    /// <summary>Number of entries above it.</summary>
    public long Above { get; private set; }

    /// <summary>Number of entries that equal it.</summary>
    public long Equal => inside;

    /// <summary>Index of the last entry equal to the cut that is kept: −1 for none, <see cref="long.MaxValue"/> for all.</summary>
    public long LastKept { get; private set; } = long.MaxValue;

    /// <summary>Number of entries that equal a cut which keeps some of them only.</summary>
    public long Parted { get; private set; }

    /// <summary>The cut at a rank (from 1), after the bins of the first pass.</summary>
    /// <param name="rank">The rank.</param>
    /// <param name="counts">How often each bin occurs.</param>
    /// <param name="nonZero">Number of values that are not zero.</param>
    /// <param name="bins">What the bins are.</param>
    public static MagnitudeCut Find(long rank, ReadOnlySpan<uint> counts, long nonZero, MagnitudeBins bins)
    {
        var cut = new MagnitudeCut(rank);
        var bin = cut.Descend(counts);
        (cut.low, cut.high) = bins.Of(bin);
        // The lowest bin of a sparse vector holds zeros only, which no pass need tell apart.
        if (cut.low == 0 && cut.Above >= nonZero)
            cut.high = 0;
        return cut;
    }

    /// <summary>Whether an entry that equals the cut is kept at this index.</summary>
    public bool Keeps(long index) => index <= LastKept;

    /// <summary>Says how the interval is to become one magnitude.</summary>
    /// <param name="few">Number of entries that may be collected.</param>
    public void Narrow(long few) => Next = low == high ? CutStep.Done : inside <= few ? CutStep.Collect : CutStep.CountLowerBits;

    /// <summary>Parts the entries that equal the cut, now or with another pass.</summary>
    /// <param name="count">How many of them are kept: those of the lowest indices.</param>
    /// <param name="few">Number of entries that may be collected.</param>
    /// <param name="keepsAll">Whether all of them are kept instead.</param>
    public void ChooseEquals(long count, long few, bool keepsAll)
    {
        if (Parted > 0)
            return;
        // Which zeros survive makes no difference.
        if (keepsAll || low == 0 || count >= inside)
            return;
        LastKept = -1;
        if (count <= 0)
            return;
        Parted = inside;
        kept = count;
        if (entries is not null)
            ChooseAmongEntries();
        else
            Next = inside <= few ? CutStep.Collect : CutStep.Mark;
    }

    /// <summary>An empty measure of the next pass; null where none is needed.</summary>
    public IMeasure? Begin(long elements) => Next switch
    {
        CutStep.Collect => new MagnitudeEntries(),
        // A bin at either end takes what lies outside, so that no branch hangs on it.
        CutStep.CountLowerBits => new MagnitudeCounts((int)(high - low + 3), tables: 2),
        CutStep.Mark => new MagnitudeMarks(elements),
        _ => null,
    };

    /// <summary>Adds a run of values.</summary>
    public void Reduce(ReadOnlySpan<float> values, long first, IMeasure? into)
    {
        switch (into)
        {
            case MagnitudeCounts counts: Magnitudes.Count(values, 0, low - 1, counts.Bins, counts.Others); break;
            case MagnitudeEntries collected: collected.Collect(values, first, low, high); break;
            case MagnitudeMarks marks: marks.Mark(values, first, low); break;
        }
    }

    /// <summary>Takes the measure of a whole pass.</summary>
    public void Learn(IMeasure? whole)
    {
        Next = CutStep.Done;
        switch (whole)
        {
            case MagnitudeCounts counts:
                counts.JoinTables();
                var bin = Descend(counts.Bins[1..^1]);
                low += (uint)bin;
                high = low;
                break;
            case MagnitudeMarks marks:
                LastKept = marks.IndexOf(kept);
                break;
            case MagnitudeEntries collected:
                Take(collected.Values);
                if (Parted > 0)
                    ChooseAmongEntries();
                break;
        }
    }

    /// <summary>Finds the bin of the rank from the top, and counts what is above it and in it.</summary>
    private int Descend(ReadOnlySpan<uint> counts)
    {
        for (var bin = counts.Length - 1; ; bin--)
        {
            if (Above + counts[bin] >= rank)
            {
                inside = counts[bin];
                return bin;
            }
            Above += counts[bin];
        }
    }

    /// <summary>Finds the magnitude of the rank among the entries of the interval, and leaves those that equal it.</summary>
    private void Take(List<ulong> collected)
    {
        var magnitude = Quickselect.Find(CollectionsMarshal.AsSpan(collected), (int)(rank - Above - 1)) >> 32;
        Above += collected.Count(e => e >> 32 < magnitude);
        entries = collected.FindAll(e => e >> 32 == magnitude);
        inside = entries.Count;
        low = high = Magnitudes.Mask - (uint)magnitude;
    }

    private void ChooseAmongEntries() => LastKept = (uint)Quickselect.Find(CollectionsMarshal.AsSpan(entries), (int)kept - 1);
}

/// <summary>Entries of an interval of magnitudes: their magnitudes, turned so that larger ones come first, above their indices.</summary>
internal sealed class MagnitudeEntries : IMeasure
{
    public List<ulong> Values { get; } = [];

    /// <inheritdoc/>
    public bool IsExact => true;

    /// <inheritdoc/>
    public void Add(IMeasure other) => Values.AddRange(((MagnitudeEntries)other).Values);

    public void Collect(ReadOnlySpan<float> values, long first, uint low, uint high)
    {
        const int Run = 1024;
        Span<int> indices = stackalloc int[Run];
        for (var start = 0; start < values.Length; start += Run)
        {
            var run = values.Slice(start, Math.Min(Run, values.Length - start));
            foreach (var i in indices[..Magnitudes.IndicesOfBand(run, low, high, indices)])
                Values.Add((ulong)(Magnitudes.Mask - Magnitudes.Of(run[i])) << 32 | (uint)(first + start + i));
        }
    }
}

/// <summary>One bit for every element of a tensor.</summary>
internal sealed class MagnitudeMarks(long elements) : IMeasure
{
    private readonly ulong[] words = new ulong[(elements + 63) / 64];

    /// <inheritdoc/>
    public bool IsExact => true;

    /// <inheritdoc/>
    public void Add(IMeasure other)
    {
        var theirs = ((MagnitudeMarks)other).words;
        for (var i = 0; i < words.Length; i++)
            words[i] |= theirs[i];
    }

    public void Mark(ReadOnlySpan<float> values, long first, uint magnitude)
    {
        // Chunks of tensors and their blocks begin at whole words, rows of any length do not.
        for (; (first & 63) != 0 && !values.IsEmpty; first++, values = values[1..])
        {
            if (Magnitudes.Of(values[0]) == magnitude)
                words[first >> 6] |= 1UL << (int)(first & 63);
        }
        Magnitudes.Mark(values, magnitude, words.AsSpan((int)(first >> 6)));
    }

    /// <summary>Index of the mark of this number, from 1.</summary>
    public long IndexOf(long number)
    {
        for (long word = 0; ; word++)
        {
            var marks = BitOperations.PopCount(words[word]);
            if (number > marks)
            {
                number -= marks;
                continue;
            }
            var bits = words[word];
            while (--number > 0)
                bits &= bits - 1;
            return word * 64 + BitOperations.TrailingZeroCount(bits);
        }
    }
}
