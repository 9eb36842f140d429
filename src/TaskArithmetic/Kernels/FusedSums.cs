using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels;

/// <summary>
/// Sums and counts of a fused block. Element i goes to column i mod 16. A column is summed in float32 down 16 rows, from the first, with one rounding an
/// element; what such a run gives is added to the column's sum in float64; in the end the columns are added pairwise. The order depends on the number of
/// elements only, not on registers. Of 16 terms that are not negative, float32 loses less than 16 half units in the last place: at most 10⁻⁶ of a sum,
/// and 10⁻⁸ where errors have no common sign.
/// </summary>
internal readonly ref struct FusedSums
{
    /// <summary>Number of columns: the lanes of the widest register.</summary>
    public const int Columns = 16;

    /// <summary>Elements that are summed in float32.</summary>
    public const int RunElements = 16 * Columns;

    /// <summary>Number of counters.</summary>
    public const int Counters = 4;

    private readonly Span<float> run;
    private readonly Span<double> sums;
    private readonly Span<float> counters;

    /// <param name="run">Scratch: <see cref="Columns"/> for each sum.</param>
    /// <param name="sums">Zeroes: <see cref="Columns"/> for each sum.</param>
    /// <param name="counters">Zeroes: <see cref="Columns"/> for each of <see cref="Counters"/>; integers in the bits of float32.</param>
    public FusedSums(Span<float> run, Span<double> sums, Span<float> counters)
    {
        this.run = run;
        this.sums = sums;
        this.counters = counters;
    }

    /// <summary>Takes what some columns of a run sum up to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take<TLanes>(int sum, nint column, TLanes value)
        where TLanes : struct, ILanes<TLanes> =>
        TLanes.Store(value, ref Unsafe.Add(ref MemoryMarshal.GetReference(run), (sum * Columns) + column));

    /// <summary>What some columns of a counter hold so far.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Counter<TLanes>(int counter, nint column)
        where TLanes : struct, ILanes<TLanes> =>
        TLanes.Load(in Unsafe.Add(ref MemoryMarshal.GetReference(counters), (counter * Columns) + column));

    /// <summary>Replaces some columns of a counter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetCounter<TLanes>(int counter, nint column, TLanes value)
        where TLanes : struct, ILanes<TLanes> =>
        TLanes.Store(value, ref Unsafe.Add(ref MemoryMarshal.GetReference(counters), (counter * Columns) + column));

    /// <summary>Adds the run to the sums in float64 and empties it.</summary>
    public void EndRun()
    {
        if (Vector512.IsHardwareAccelerated)
            EndRun<DoubleLanes512>();
        else if (Vector256.IsHardwareAccelerated)
            EndRun<DoubleLanes256>();
        else
            EndRun<DoubleLanes128>();
    }

    /// <summary>A sum over all columns.</summary>
    public double Total(int sum)
    {
        var columns = sums.Slice(sum * Columns, Columns);
        for (var half = Columns / 2; half > 0; half /= 2)
        {
            for (var column = 0; column < half; column++)
                columns[column] += columns[column + half];
        }
        return columns[0];
    }

    /// <summary>A counter over all columns.</summary>
    public long TotalCount(int counter)
    {
        long count = 0;
        foreach (var column in MemoryMarshal.Cast<float, int>(counters.Slice(counter * Columns, Columns)))
            count += column;
        return count;
    }

    /// <summary>Whether a counter that is used as a sum of zeroes stayed one: <c>0·x</c> is 0 unless x is infinite or NaN.</summary>
    public bool IsZero(int counter)
    {
        foreach (var column in counters.Slice(counter * Columns, Columns))
        {
            if (column != 0)
                return false;
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void EndRun<TDoubles>()
        where TDoubles : struct, IDoubleLanes<TDoubles>
    {
        ref var from = ref MemoryMarshal.GetReference(run);
        ref var to = ref MemoryMarshal.GetReference(sums);
        for (nint i = 0; i < run.Length; i += TDoubles.Count)
            TDoubles.Store(TDoubles.Load(in Unsafe.Add(ref to, i)) + TDoubles.LoadSingle(in Unsafe.Add(ref from, i)), ref Unsafe.Add(ref to, i));
        run.Clear();
    }
}
