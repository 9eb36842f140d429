using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

/// <summary>|x|.</summary>
internal readonly struct MagnitudeOperator : IElementwiseOperator
{
    /// <summary>All bits but the sign.</summary>
    internal const uint Mask = 0x7FFF_FFFF;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> => x & TLanes.CreateBits(Mask);
}
