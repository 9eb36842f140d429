using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

/// <summary>x where the 32 bits of y, an unsigned number, are below a threshold; +0 elsewhere.</summary>
internal readonly struct KeepDrawnOperator(uint threshold) : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes>
    {
        // Lanes compare signed: with the highest bit turned, signed order is that of the unsigned numbers.
        const uint Turn = 0x8000_0000;
        return x & TLanes.LessThanBits(y ^ TLanes.CreateBits(Turn), TLanes.CreateBits(threshold ^ Turn));
    }
}
