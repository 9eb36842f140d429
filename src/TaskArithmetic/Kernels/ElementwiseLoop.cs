using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TaskArithmetic.Kernels.Lanes;
using TaskArithmetic.Kernels.Operators;

namespace TaskArithmetic.Kernels;

/// <summary>The one loop over float32 spans. Callers that have fewer than two inputs pass the accumulator again.</summary>
internal static class ElementwiseLoop
{
    /// <summary>Replaces every element of the accumulator by what the operator makes of it and of the inputs.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void Apply<TOperator>(
        Span<float> accumulator, ReadOnlySpan<float> x, ReadOnlySpan<float> y, TOperator operation, SimdWidth width)
        where TOperator : struct, IElementwiseOperator
    {
        RequireEqualLengths(accumulator, x, y);
        switch (width)
        {
            case SimdWidth.Vector512: Apply<TOperator, Lanes512>(accumulator, x, y, operation); break;
            case SimdWidth.Vector256: Apply<TOperator, Lanes256>(accumulator, x, y, operation); break;
            case SimdWidth.Vector128: Apply<TOperator, Lanes128>(accumulator, x, y, operation); break;
            default: Apply<TOperator, Lanes1>(accumulator, x, y, operation); break;
        }
    }

    /// <summary>Number of elements for which the operator's mask is set.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static long Count<TOperator>(
        ReadOnlySpan<float> accumulator, ReadOnlySpan<float> x, ReadOnlySpan<float> y, TOperator operation, SimdWidth width)
        where TOperator : struct, IElementwiseOperator
    {
        RequireEqualLengths(accumulator, x, y);
        return width switch
        {
            SimdWidth.Vector512 => Count<TOperator, Lanes512>(accumulator, x, y, operation),
            SimdWidth.Vector256 => Count<TOperator, Lanes256>(accumulator, x, y, operation),
            SimdWidth.Vector128 => Count<TOperator, Lanes128>(accumulator, x, y, operation),
            _ => Count<TOperator, Lanes1>(accumulator, x, y, operation),
        };
    }

    /// <summary>Index of the first element for which the operator's mask is set, −1 if there is none.</summary>
    public static int IndexOf<TOperator>(ReadOnlySpan<float> values, TOperator operation, SimdWidth width)
        where TOperator : struct, IElementwiseOperator => width switch
        {
            SimdWidth.Vector512 => IndexOf<TOperator, Lanes512>(values, operation),
            SimdWidth.Vector256 => IndexOf<TOperator, Lanes256>(values, operation),
            SimdWidth.Vector128 => IndexOf<TOperator, Lanes128>(values, operation),
            _ => IndexOf<TOperator, Lanes1>(values, operation),
        };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply<TOperator, TLanes>(
        Span<float> accumulator, ReadOnlySpan<float> x, ReadOnlySpan<float> y, TOperator operation)
        where TOperator : struct, IElementwiseOperator
        where TLanes : struct, ILanes<TLanes>
    {
        ref var first = ref MemoryMarshal.GetReference(accumulator);
        ref var second = ref MemoryMarshal.GetReference(x);
        ref var third = ref MemoryMarshal.GetReference(y);
        nint i = 0;
        for (; i <= accumulator.Length - TLanes.Count; i += TLanes.Count)
            TLanes.Store(At<TOperator, TLanes>(ref first, ref second, ref third, i, operation), ref Unsafe.Add(ref first, i));
        for (; i < accumulator.Length; i++)
            Lanes1.Store(At<TOperator, Lanes1>(ref first, ref second, ref third, i, operation), ref Unsafe.Add(ref first, i));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Count<TOperator, TLanes>(
        ReadOnlySpan<float> accumulator, ReadOnlySpan<float> x, ReadOnlySpan<float> y, TOperator operation)
        where TOperator : struct, IElementwiseOperator
        where TLanes : struct, ILanes<TLanes>
    {
        ref var first = ref MemoryMarshal.GetReference(accumulator);
        ref var second = ref MemoryMarshal.GetReference(x);
        ref var third = ref MemoryMarshal.GetReference(y);
        nint i = 0;
        long count = 0;
        for (; i <= accumulator.Length - TLanes.Count; i += TLanes.Count)
            count += TLanes.CountSet(At<TOperator, TLanes>(ref first, ref second, ref third, i, operation));
        for (; i < accumulator.Length; i++)
            count += Lanes1.CountSet(At<TOperator, Lanes1>(ref first, ref second, ref third, i, operation));
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int IndexOf<TOperator, TLanes>(ReadOnlySpan<float> values, TOperator operation)
        where TOperator : struct, IElementwiseOperator
        where TLanes : struct, ILanes<TLanes>
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        nint i = 0;
        while (i <= values.Length - TLanes.Count && TLanes.CountSet(At<TOperator, TLanes>(ref first, ref first, ref first, i, operation)) == 0)
            i += TLanes.Count;
        for (; i < values.Length; i++)
        {
            if (Lanes1.CountSet(At<TOperator, Lanes1>(ref first, ref first, ref first, i, operation)) != 0)
                return (int)i;
        }

        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes At<TOperator, TLanes>(
        ref readonly float accumulator, ref readonly float x, ref readonly float y, nint index, TOperator operation)
        where TOperator : struct, IElementwiseOperator
        where TLanes : struct, ILanes<TLanes> => operation.Invoke(
            TLanes.Load(in Unsafe.Add(ref Unsafe.AsRef(in accumulator), index)),
            TLanes.Load(in Unsafe.Add(ref Unsafe.AsRef(in x), index)),
            TLanes.Load(in Unsafe.Add(ref Unsafe.AsRef(in y), index)));

    private static void RequireEqualLengths(ReadOnlySpan<float> accumulator, ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        if (x.Length != accumulator.Length || y.Length != accumulator.Length)
            throw new ArgumentException($"Spans of equal length are needed, got {accumulator.Length}, {x.Length} and {y.Length} elements.");
    }
}
