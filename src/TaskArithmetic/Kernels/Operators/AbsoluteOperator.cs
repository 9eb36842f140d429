using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

/// <summary>The accumulator without its sign.</summary>
internal readonly struct AbsoluteOperator : IElementwiseOperator
{
    /// <summary>All bits but the sign.</summary>
    internal const uint Magnitude = 0x7FFF_FFFF;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> => accumulator & TLanes.CreateBits(Magnitude);
}
