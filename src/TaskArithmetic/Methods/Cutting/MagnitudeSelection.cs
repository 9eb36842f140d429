using System.Numerics;
using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Summing;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Methods.Cutting;

/// <summary>
/// Which entries of a tensor lie between two ranks of magnitude, exactly and without sorting the tensor: the entries are thought of in
/// descending order of magnitude, and those at the places from…to−1 are kept. Of equal magnitudes at a cut the entries of the lowest index
/// survive, so the selection depends on the values alone, never on chunks or threads.
/// </summary>
/// <remarks>
/// A pass counts leading bits: all there are for values of 16 bits, the upper half for float32. A further pass, if one is needed, collects
/// the few entries of the bin that holds the cut, with their indices; where they are many, it counts the lower half of the bits, and then
/// marks the entries equal to the cut. A cut at magnitude zero needs none of that: which zeros are kept makes no difference.
/// </remarks>
internal sealed class MagnitudeSelection : ISparsification
{
    // Differences of 16-bit models take few values, each of which many entries share: collecting a quarter of them still costs less than two
    // more passes. 32 MiB bound what that takes of a large tensor.
    private const long FewEntries = 1 << 14;
    private const long MostEntries = 1 << 22;

    private readonly long elements;
    private readonly MagnitudeBins bins;
    private readonly Func<long, (long From, long To)> ranks;
    private readonly bool keepsAllEqual;
    private MagnitudeCut? upper;
    private MagnitudeCut? lower;
    private bool hasRanks;
    private (long From, long To) kept;

    private MagnitudeSelection(long elements, DType? values, bool keepsAllEqual, Func<long, (long From, long To)> ranks)
    {
        // Counts of a pass are 32 bits wide.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(elements, uint.MaxValue);
        this.elements = elements;
        this.keepsAllEqual = keepsAllEqual;
        this.ranks = ranks;
        bins = MagnitudeBins.For(values);
    }

    /// <summary>Whether another pass over the values is needed; false from the start for a tensor without elements.</summary>
    public bool NeedsPass => elements > 0 && (!hasRanks || upper?.Next > CutStep.Done || lower?.Next > CutStep.Done);

    /// <summary>Bits of the smallest magnitude that is kept at any index; above every magnitude where nothing is kept.</summary>
    public uint Threshold => lower?.Threshold ?? (kept.To > kept.From ? 0u : uint.MaxValue);

    /// <summary>Entries whose magnitude equals a cut that parts them: the places where another choice among equals is as good.</summary>
    public long Parted { get; private set; }

    /// <summary>The largest magnitudes.</summary>
    /// <param name="elements">Elements of the tensor.</param>
    /// <param name="count">How many to keep.</param>
    /// <param name="values">BF16 or F16 where every value is one of that dtype, which saves a pass; null for any float32.</param>
    public static MagnitudeSelection Largest(long elements, long count, DType? values = null) =>
        Between(elements, 0, count, values);

    /// <summary>The places from…to−1 in descending order of magnitude.</summary>
    public static MagnitudeSelection Between(long elements, long from, long to, DType? values = null) =>
        new(elements, values, keepsAllEqual: false, _ => (from, to));

    /// <summary>The largest magnitudes, as many as <paramref name="count"/> makes of the number of entries that are not zero.</summary>
    public static MagnitudeSelection LargestOfNonZero(long elements, Func<long, long> count, DType? values = null) =>
        new(elements, values, keepsAllEqual: false, nonZero => (0, count(nonZero)));

    /// <summary>Every entry whose magnitude is at least that of place <paramref name="rank"/> (from 1) in descending order; more than that where several equal it.</summary>
    public static MagnitudeSelection AtLeast(long elements, long rank, DType? values = null) =>
        new(elements, values, keepsAllEqual: true, _ => (0, rank));

    /// <summary>An empty measure of the next pass.</summary>
    public IMeasure Begin() => hasRanks
        ? new MeasureSet(upper?.Begin(elements), lower?.Begin(elements))
        : new MagnitudeCounts(bins.Count, tables: 2);

    /// <summary>Adds a run of values.</summary>
    /// <param name="values">The values.</param>
    /// <param name="first">Index in the tensor of the first.</param>
    /// <param name="into">The measure.</param>
    public void Reduce(ReadOnlySpan<float> values, long first, IMeasure into)
    {
        if (into is MagnitudeCounts counts)
        {
            counts.NonZero += Reducing.CountNonZero(values);
            Magnitudes.Count(values, bins.Shift, bins.First, counts.Bins, counts.Others);
            return;
        }
        var cuts = (MeasureSet)into;
        upper?.Reduce(values, first, cuts[0]);
        lower?.Reduce(values, first, cuts[1]);
    }

    /// <summary>Takes the measure of a whole pass.</summary>
    public void Learn(IMeasure whole)
    {
        if (whole is MagnitudeCounts counts)
        {
            counts.JoinTables();
            var (from, to) = ranks(counts.NonZero);
            kept = (Math.Clamp(from, 0, elements), Math.Clamp(to, 0, elements));
            hasRanks = true;
            // Without a cut there is no end to look for: rank 0 lies above the largest entry, rank n below the smallest.
            if (kept.From < kept.To)
            {
                upper = kept.From > 0 ? MagnitudeCut.Find(kept.From, counts.Bins, counts.NonZero, bins) : null;
                lower = kept.To < elements ? MagnitudeCut.Find(kept.To, counts.Bins, counts.NonZero, bins) : null;
            }
        }
        else
        {
            upper?.Learn(((MeasureSet)whole)[0]);
            lower?.Learn(((MeasureSet)whole)[1]);
        }
        DecideSteps();
    }

    /// <summary>Copies the entries that are kept and writes +0 for the others.</summary>
    /// <param name="values">A run of values.</param>
    /// <param name="first">Index in the tensor of the first.</param>
    /// <param name="destination">As many places.</param>
    public void Keep(ReadOnlySpan<float> values, long first, Span<float> destination)
    {
        if (kept.From >= kept.To)
        {
            destination.Clear();
            return;
        }
        // At most two indices part the run: behind them the entries that equal a cut are no longer kept.
        while (!values.IsEmpty)
        {
            var low = lower is null ? 0 : lower.Keeps(first) ? lower.Threshold : lower.Threshold + 1;
            var high = upper is null ? Magnitudes.Mask : upper.Keeps(first) ? upper.Threshold : upper.Threshold - 1;
            var length = (int)Math.Min(values.Length, Math.Min(LengthFrom(lower, first), LengthFrom(upper, first)));
            if (low == 0 && high == Magnitudes.Mask)
                values[..length].CopyTo(destination);
            else
                Magnitudes.KeepBand(values[..length], low, high, destination[..length]);
            values = values[length..];
            destination = destination[length..];
            first += length;
        }
    }

    private long Few => Math.Max(FewEntries, Math.Max(elements / 32, Math.Min(elements / 4, MostEntries)));

    private static long LengthFrom(MagnitudeCut? cut, long first) =>
        cut is null || !cut.Keeps(first) || cut.LastKept == long.MaxValue ? long.MaxValue : cut.LastKept - first + 1;

    private void DecideSteps()
    {
        upper?.Narrow(Few);
        lower?.Narrow(Few);
        if (upper?.Next is CutStep.Collect or CutStep.CountLowerBits || lower?.Next is CutStep.Collect or CutStep.CountLowerBits)
            return;
        var isSame = upper is not null && lower is not null && upper.Threshold == lower.Threshold;
        // What the upper cut drops are the places before it; of its equals the last ones go. Where both cuts have one magnitude, the equals
        // are dropped above and below alike.
        upper?.ChooseEquals(isSame ? kept.To - kept.From : upper.Equal - (kept.From - upper.Above), Few, keepsAllEqual);
        lower?.ChooseEquals(isSame ? kept.To - kept.From : kept.To - lower.Above, Few, keepsAllEqual);
        Parted = (upper?.Parted ?? 0) + (lower is not null && !isSame ? lower.Parted : 0);
    }
}

/// <summary>The bins of a first pass: leading bits of magnitudes.</summary>
/// <param name="Shift">Bits that are not looked at.</param>
/// <param name="First">The leading bits of the first bin.</param>
/// <param name="Count">Number of bins.</param>
internal readonly record struct MagnitudeBins(int Shift, uint First, int Count)
{
    /// <summary>The bins that hold one value each for a 16-bit dtype, those of the upper half of the bits otherwise.</summary>
    public static MagnitudeBins For(DType? values) => values switch
    {
        // All finite half precision numbers, the subnormal ones too, have at most 11 significant bits and exponents from −24 to 15.
        DType.F16 => new(13, ((127 - 24) << 10) - 1, ((24 + 16) << 10) + 2) { IsExact = true },
        _ => new(16, 0, 1 << 15) { IsExact = values == DType.BF16 },
    };

    /// <summary>Whether a bin stands for one value.</summary>
    public bool IsExact { get; private init; }

    /// <summary>Bits of the smallest and largest magnitude of a bin.</summary>
    public (uint Low, uint High) Of(int bin)
    {
        var low = bin == 0 ? 0 : (First + (uint)bin) << Shift;
        return (low, IsExact ? low : low + (1u << Shift) - 1);
    }
}

/// <summary>How often leading bits occur, and how many values are not zero.</summary>
/// <param name="bins">Number of bins.</param>
/// <param name="tables">Number of tables that are counted into in turn, one or two.</param>
internal sealed class MagnitudeCounts(int bins, int tables) : IMeasure
{
    private readonly uint[] counts = new uint[bins * tables];

    public Span<uint> Bins => counts.AsSpan(0, bins);

    public Span<uint> Others => counts.AsSpan(bins);

    public long NonZero { get; set; }

    /// <inheritdoc/>
    public bool IsExact => true;

    /// <inheritdoc/>
    public void Add(IMeasure other)
    {
        NonZero += ((MagnitudeCounts)other).NonZero;
        Add(counts, ((MagnitudeCounts)other).counts);
    }

    /// <summary>Adds the second table to the first.</summary>
    public void JoinTables()
    {
        Add(Bins, Others);
        Others.Clear();
    }

    private static void Add(Span<uint> mine, ReadOnlySpan<uint> theirs)
    {
        for (; theirs.Length >= Vector<uint>.Count; mine = mine[Vector<uint>.Count..], theirs = theirs[Vector<uint>.Count..])
            (new Vector<uint>(mine) + new Vector<uint>(theirs)).CopyTo(mine);
        for (var i = 0; i < theirs.Length; i++)
            mine[i] += theirs[i];
    }
}
