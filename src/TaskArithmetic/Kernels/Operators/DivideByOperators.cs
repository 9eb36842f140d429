using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

/// <summary>accumulator / x, and the accumulator itself where x is zero.</summary>
internal readonly struct DivideByNonZeroOperator : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> =>
        accumulator / TLanes.Select(TLanes.AreEqual(x, TLanes.Create(0f)), TLanes.Create(1f), x);
}

/// <summary>accumulator / max(x, least), for x that are not negative.</summary>
internal readonly struct DivideByAtLeastOperator(float least) : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> =>
        accumulator / TLanes.Select(TLanes.LessThanBits(x, TLanes.Create(least)), TLanes.Create(least), x);
}
