using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

/// <summary>Mask: all exponent bits are set.</summary>
internal readonly struct NonFiniteOperator : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> =>
        ~TLanes.LessThanBits(accumulator & TLanes.CreateBits(0x7FFF_FFFF), TLanes.CreateBits(0x7F80_0000));
}
