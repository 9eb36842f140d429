using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

/// <summary>Mask: neither accumulator nor x is +0 or −0.</summary>
internal readonly struct BothNonZeroOperator : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> =>
        ~(TLanes.AreEqual(accumulator, TLanes.Create(0f)) | TLanes.AreEqual(x, TLanes.Create(0f)));
}
