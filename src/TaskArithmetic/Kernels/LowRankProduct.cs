using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels;

/// <summary>
/// Runs of <c>scale · (left · right)</c>, a matrix that is never held as a whole. Each element is
/// <c>scale · fma(l₁, r₁, fma(l₀, r₀, 0))</c> and so on over the rank in ascending order, whatever the register width and wherever the run
/// begins. Product and sum are rounded together, here and nowhere else: that is how torch multiplies matrices on a processor, so what PEFT and
/// mergekit merge comes out bit for bit, and processors without the instruction compute the same.
/// </summary>
/// <param name="left">rows × rank, row-major.</param>
/// <param name="right">rank × columns, row-major.</param>
/// <param name="rank">Number of terms of each sum.</param>
/// <param name="columns">Columns of the matrix.</param>
/// <param name="scale">Multiplies each sum.</param>
internal readonly ref struct LowRankProduct(ReadOnlySpan<float> left, ReadOnlySpan<float> right, int rank, int columns, float scale)
{
    // Registers that a row of a tile takes; enough independent sums to hide the latency of an addition.
    private const int Chains = 4;

    private readonly ReadOnlySpan<float> left = left;
    private readonly ReadOnlySpan<float> right = right;

    /// <summary>Fills a run of elements, counted row by row.</summary>
    /// <param name="first">Index of the first element.</param>
    /// <param name="run">Receives the values.</param>
    public void Fill(long first, Span<float> run) => Fill(first, run, SimdWidths.Widest);

    /// <summary>As <see cref="Fill(long, Span{float})"/>, by the given path.</summary>
    public void Fill(long first, Span<float> run, SimdWidth width)
    {
        while (!run.IsEmpty)
        {
            var (row, column) = ((int)(first / columns), (int)(first % columns));
            // Complete rows go together, so that a tile of the right factor serves them all from the nearest cache.
            var rows = column == 0 ? Math.Max(1, run.Length / columns) : 1;
            var length = Math.Min(run.Length, (rows * columns) - column);
            switch (width)
            {
                case SimdWidth.Vector512: Rectangle<Lanes512>(row, rows, column, length, run); break;
                case SimdWidth.Vector256: Rectangle<Lanes256>(row, rows, column, length, run); break;
                case SimdWidth.Vector128: Rectangle<Lanes128>(row, rows, column, length, run); break;
                default: Rectangle<Lanes1>(row, rows, column, length, run); break;
            }
            run = run[length..];
            first += length;
        }
    }

    private void Rectangle<TLanes>(int row, int rows, int column, int length, Span<float> run)
        where TLanes : struct, ILanes<TLanes>
    {
        var end = rows > 1 ? columns : column + length;
        var at = column;
        for (; at <= end - (Chains * TLanes.Count); at += Chains * TLanes.Count)
        {
            for (var i = 0; i < rows; i++)
                Tile<TLanes>(row + i, at, ref run[(i * columns) + at - column]);
        }
        for (; at <= end - TLanes.Count; at += TLanes.Count)
        {
            for (var i = 0; i < rows; i++)
                Vector<TLanes>(row + i, at, ref run[(i * columns) + at - column]);
        }
        for (; at < end; at++)
        {
            for (var i = 0; i < rows; i++)
                Vector<Lanes1>(row + i, at, ref run[(i * columns) + at - column]);
        }
    }

    private void Tile<TLanes>(int row, int column, ref float destination)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        ref var source = ref Unsafe.Add(ref MemoryMarshal.GetReference(right), column);
        foreach (var value in left.Slice(row * rank, rank))
        {
            var factor = TLanes.Create(value);
            sum0 = TLanes.FusedMultiplyAdd(factor, TLanes.Load(in source), sum0);
            sum1 = TLanes.FusedMultiplyAdd(factor, TLanes.Load(in Unsafe.Add(ref source, TLanes.Count)), sum1);
            sum2 = TLanes.FusedMultiplyAdd(factor, TLanes.Load(in Unsafe.Add(ref source, 2 * TLanes.Count)), sum2);
            sum3 = TLanes.FusedMultiplyAdd(factor, TLanes.Load(in Unsafe.Add(ref source, 3 * TLanes.Count)), sum3);
            source = ref Unsafe.Add(ref source, columns);
        }
        var scaling = TLanes.Create(scale);
        TLanes.Store(scaling * sum0, ref destination);
        TLanes.Store(scaling * sum1, ref Unsafe.Add(ref destination, TLanes.Count));
        TLanes.Store(scaling * sum2, ref Unsafe.Add(ref destination, 2 * TLanes.Count));
        TLanes.Store(scaling * sum3, ref Unsafe.Add(ref destination, 3 * TLanes.Count));
    }

    private void Vector<TLanes>(int row, int column, ref float destination)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes sum = default;
        ref var source = ref Unsafe.Add(ref MemoryMarshal.GetReference(right), column);
        foreach (var value in left.Slice(row * rank, rank))
        {
            sum = TLanes.FusedMultiplyAdd(TLanes.Create(value), TLanes.Load(in source), sum);
            source = ref Unsafe.Add(ref source, columns);
        }
        TLanes.Store(TLanes.Create(scale) * sum, ref destination);
    }
}
