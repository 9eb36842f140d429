using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TaskArithmetic.Kernels.Lanes;
using TaskArithmetic.Kernels.Operators;

namespace TaskArithmetic.Kernels;

/// <summary>
/// Sums in an order that no register width changes: element i goes to column i mod 32, each column is summed from the
/// first row down, and the columns are then added pairwise, halving their number five times.
/// </summary>
internal static class ReductionLoop
{
    private const int Columns = 32;

    // Four independent sums at a time hide the latency of an addition; with Vector512 they are all 32 columns.
    private const int Chains = 4;

    /// <summary>The sum of the terms over all elements.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static double Sum<TTerm>(ReadOnlySpan<float> x, ReadOnlySpan<float> y, SimdWidth width)
        where TTerm : struct, ITermOperator
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"Spans of equal length are needed, got {x.Length} and {y.Length} elements.");
        return width switch
        {
            SimdWidth.Vector512 => Sum<TTerm, DoubleLanes512>(x, y),
            SimdWidth.Vector256 => Sum<TTerm, DoubleLanes256>(x, y),
            SimdWidth.Vector128 => Sum<TTerm, DoubleLanes128>(x, y),
            _ => Sum<TTerm, DoubleLanes1>(x, y),
        };
    }

    private static double Sum<TTerm, TLanes>(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
        where TTerm : struct, ITermOperator
        where TLanes : struct, IDoubleLanes<TLanes>
    {
        Span<double> sums = stackalloc double[Columns];
        for (var column = 0; column < Columns; column += Chains * TLanes.Count)
            SumColumns<TTerm, TLanes>(x, y, column, sums);
        for (var i = x.Length - (x.Length % Columns); i < x.Length; i++)
        {
            var term = TTerm.Invoke(DoubleLanes1.LoadSingle(in x[i]), DoubleLanes1.LoadSingle(in y[i]));
            DoubleLanes1.Store(new DoubleLanes1(sums[i % Columns]) + term, ref sums[i % Columns]);
        }

        for (var half = Columns / 2; half > 0; half /= 2)
        {
            for (var column = 0; column < half; column++)
                sums[column] += sums[column + half];
        }

        return sums[0];
    }

    // Complete rows only, of as many neighbouring columns as the chains cover.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumColumns<TTerm, TLanes>(ReadOnlySpan<float> x, ReadOnlySpan<float> y, int column, Span<double> sums)
        where TTerm : struct, ITermOperator
        where TLanes : struct, IDoubleLanes<TLanes>
    {
        TLanes sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        ref var first = ref MemoryMarshal.GetReference(x);
        ref var second = ref MemoryMarshal.GetReference(y);
        for (nint i = column; i < x.Length - (x.Length % Columns); i += Columns)
        {
            sum0 += Term<TTerm, TLanes>(ref first, ref second, i);
            sum1 += Term<TTerm, TLanes>(ref first, ref second, i + TLanes.Count);
            sum2 += Term<TTerm, TLanes>(ref first, ref second, i + (2 * TLanes.Count));
            sum3 += Term<TTerm, TLanes>(ref first, ref second, i + (3 * TLanes.Count));
        }

        TLanes.Store(sum0, ref sums[column]);
        TLanes.Store(sum1, ref sums[column + TLanes.Count]);
        TLanes.Store(sum2, ref sums[column + (2 * TLanes.Count)]);
        TLanes.Store(sum3, ref sums[column + (3 * TLanes.Count)]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Term<TTerm, TLanes>(ref float x, ref float y, nint index)
        where TTerm : struct, ITermOperator
        where TLanes : struct, IDoubleLanes<TLanes> =>
        TTerm.Invoke(TLanes.LoadSingle(in Unsafe.Add(ref x, index)), TLanes.LoadSingle(in Unsafe.Add(ref y, index)));
}
