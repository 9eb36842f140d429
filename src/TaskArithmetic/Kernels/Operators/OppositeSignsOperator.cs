using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

/// <summary>Mask: accumulator and x have opposite signs and neither is zero. Their product, which could vanish, is not formed.</summary>
internal readonly struct OppositeSignsOperator : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> =>
        TLanes.LessThanBits(accumulator ^ x, TLanes.CreateBits(0)) & default(BothNonZeroOperator).Invoke(accumulator, x, y);
}
