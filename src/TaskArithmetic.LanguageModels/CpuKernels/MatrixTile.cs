using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>
/// Four rows of a matrix by one, two or three vectors, every sum in a register of its own: with three vectors the sums
/// and their factors fill sixteen registers. The sums are locals touched by no reference, in methods that are optimized
/// at their first call, so that they stay in registers.
/// </summary>
/// <typeparam name="TVector">Register of float32.</typeparam>
/// <typeparam name="TRegisters">What is done with it.</typeparam>
/// <typeparam name="TFormat">How the matrix is stored.</typeparam>
internal static unsafe class MatrixTile<TVector, TRegisters, TFormat>
    where TVector : struct
    where TRegisters : struct, IRegisters<TVector>
    where TFormat : struct, IWeightFormat
{
    private const int CacheLine = 64;

    /// <summary>Multiplies with three vectors.</summary>
    /// <param name="rows">The rows; widened ones are stored at their places in <see cref="TileRows.Kept"/>.</param>
    /// <param name="x0">The first vector.</param>
    /// <param name="next">Distance to the next vector.</param>
    /// <param name="length">Columns.</param>
    /// <param name="a">Sums of the first vector.</param>
    /// <param name="b">Sums of the second vector.</param>
    /// <param name="c">Sums of the third vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Three(in TileRows rows, float* x0, int next, int length, out Vector128<float> a, out Vector128<float> b, out Vector128<float> c)
    {
        byte* w0 = rows.First, w1 = rows.Second, w2 = rows.Third, w3 = rows.Fourth;
        float* x1 = x0 + next, x2 = x1 + next, kept = rows.Kept;
        TVector a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default;
        TVector b2 = default, b3 = default, c0 = default, c1 = default, c2 = default, c3 = default;
        var i = 0;
        for (; i <= length - TRegisters.Count; i += TRegisters.Count)
        {
            TVector y0 = TRegisters.Load(x0 + i), y1 = TRegisters.Load(x1 + i), y2 = TRegisters.Load(x2 + i);
            var w = Load(w0, i, kept);
            a0 = TRegisters.MultiplyAdd(w, y0, a0);
            b0 = TRegisters.MultiplyAdd(w, y1, b0);
            c0 = TRegisters.MultiplyAdd(w, y2, c0);
            w = Load(w1, i, kept + TileRows.KeptColumns);
            a1 = TRegisters.MultiplyAdd(w, y0, a1);
            b1 = TRegisters.MultiplyAdd(w, y1, b1);
            c1 = TRegisters.MultiplyAdd(w, y2, c1);
            w = Load(w2, i, kept + 2 * TileRows.KeptColumns);
            a2 = TRegisters.MultiplyAdd(w, y0, a2);
            b2 = TRegisters.MultiplyAdd(w, y1, b2);
            c2 = TRegisters.MultiplyAdd(w, y2, c2);
            w = Load(w3, i, kept + 3 * TileRows.KeptColumns);
            a3 = TRegisters.MultiplyAdd(w, y0, a3);
            b3 = TRegisters.MultiplyAdd(w, y1, b3);
            c3 = TRegisters.MultiplyAdd(w, y2, c3);
            Prefetch(rows, i);
        }
        a = TRegisters.Sums(a0, a1, a2, a3);
        b = TRegisters.Sums(b0, b1, b2, b3);
        c = TRegisters.Sums(c0, c1, c2, c3);
        for (; i < length; i++)
        {
            var w = LoadRest(rows, i);
            a = Vector128.FusedMultiplyAdd(w, Vector128.Create(x0[i]), a);
            b = Vector128.FusedMultiplyAdd(w, Vector128.Create(x1[i]), b);
            c = Vector128.FusedMultiplyAdd(w, Vector128.Create(x2[i]), c);
        }
    }

    /// <summary>Multiplies with two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Two(in TileRows rows, float* x0, int next, int length, out Vector128<float> a, out Vector128<float> b)
    {
        byte* w0 = rows.First, w1 = rows.Second, w2 = rows.Third, w3 = rows.Fourth;
        float* x1 = x0 + next;
        TVector a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        var i = 0;
        for (; i <= length - TRegisters.Count; i += TRegisters.Count)
        {
            TVector y0 = TRegisters.Load(x0 + i), y1 = TRegisters.Load(x1 + i);
            var w = Load(w0, i);
            a0 = TRegisters.MultiplyAdd(w, y0, a0);
            b0 = TRegisters.MultiplyAdd(w, y1, b0);
            w = Load(w1, i);
            a1 = TRegisters.MultiplyAdd(w, y0, a1);
            b1 = TRegisters.MultiplyAdd(w, y1, b1);
            w = Load(w2, i);
            a2 = TRegisters.MultiplyAdd(w, y0, a2);
            b2 = TRegisters.MultiplyAdd(w, y1, b2);
            w = Load(w3, i);
            a3 = TRegisters.MultiplyAdd(w, y0, a3);
            b3 = TRegisters.MultiplyAdd(w, y1, b3);
            Prefetch(rows, i);
        }
        a = TRegisters.Sums(a0, a1, a2, a3);
        b = TRegisters.Sums(b0, b1, b2, b3);
        for (; i < length; i++)
        {
            var w = rows.Column<TFormat>(i);
            a = Vector128.FusedMultiplyAdd(w, Vector128.Create(x0[i]), a);
            b = Vector128.FusedMultiplyAdd(w, Vector128.Create(x1[i]), b);
        }
    }

    /// <summary>Multiplies with one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector128<float> One(in TileRows rows, float* x, int length)
    {
        byte* w0 = rows.First, w1 = rows.Second, w2 = rows.Third, w3 = rows.Fourth;
        TVector a0 = default, a1 = default, a2 = default, a3 = default;
        var i = 0;
        for (; i <= length - TRegisters.Count; i += TRegisters.Count)
        {
            var y = TRegisters.Load(x + i);
            a0 = TRegisters.MultiplyAdd(Load(w0, i), y, a0);
            a1 = TRegisters.MultiplyAdd(Load(w1, i), y, a1);
            a2 = TRegisters.MultiplyAdd(Load(w2, i), y, a2);
            a3 = TRegisters.MultiplyAdd(Load(w3, i), y, a3);
            Prefetch(rows, i);
        }
        var a = TRegisters.Sums(a0, a1, a2, a3);
        for (; i < length; i++)
            a = Vector128.FusedMultiplyAdd(rows.Column<TFormat>(i), Vector128.Create(x[i]), a);
        return a;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load(byte* row, int column) => TFormat.Load<TVector, TRegisters>(row + column * TFormat.Bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load(byte* row, int column, float* kept)
    {
        var weights = Load(row, column);
        if (TFormat.IsWidened)
            TRegisters.Store(weights, kept + column);
        return weights;
    }

    /// <summary>One column of the rows.</summary>
    private static Vector128<float> LoadRest(in TileRows rows, int column)
    {
        var weights = rows.Column<TFormat>(column);
        if (TFormat.IsWidened)
        {
            for (var row = 0; row < Vector128<float>.Count; row++)
                rows.Kept[row * TileRows.KeptColumns + column] = weights[row];
        }
        return weights;
    }

    /// <summary>
    /// Asks for the next four rows: left to itself a processor waits for memory where rows begin. A prefetch beyond the
    /// matrix does nothing.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(in TileRows rows, int column)
    {
        if (!TFormat.IsInMemory || !Sse.IsSupported || (column & (CacheLine / TFormat.Bytes - 1)) != 0)
            return;
        byte* ahead = rows.Ahead + column * TFormat.Bytes;
        Sse.Prefetch0(ahead);
        Sse.Prefetch0(ahead + rows.Bytes);
        Sse.Prefetch0(ahead + 2 * rows.Bytes);
        Sse.Prefetch0(ahead + 3 * rows.Bytes);
    }
}

/// <summary>Where the four rows of a tile lie.</summary>
internal readonly unsafe struct TileRows
{
    /// <summary>Columns of a kept row.</summary>
    public const int KeptColumns = 1024;

    /// <summary>Rows at a place; where there are fewer than four, the last stands for the others too.</summary>
    public TileRows(byte* first, long bytes, int count, float* kept)
    {
        First = first;
        Second = first + Math.Min(1, count - 1) * bytes;
        Third = first + Math.Min(2, count - 1) * bytes;
        Fourth = first + Math.Min(3, count - 1) * bytes;
        Bytes = bytes;
        Kept = kept;
    }

    public byte* First { get; }

    public byte* Second { get; }

    public byte* Third { get; }

    public byte* Fourth { get; }

    /// <summary>Distance of the rows.</summary>
    public long Bytes { get; }

    /// <summary>Place of the widened rows, each <see cref="KeptColumns"/> from the one before.</summary>
    public float* Kept { get; }

    /// <summary>The rows behind these.</summary>
    public byte* Ahead => First + 4 * Bytes;

    /// <summary>One number of each row.</summary>
    public Vector128<float> Column<TFormat>(int column)
        where TFormat : struct, IWeightFormat
    {
        var offset = (long)column * TFormat.Bytes;
        return Vector128.Create(TFormat.Load(First + offset), TFormat.Load(Second + offset), TFormat.Load(Third + offset), TFormat.Load(Fourth + offset));
    }
}
