using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

/// <summary>
/// Mask: the magnitude lies in a band. Magnitudes are compared as the integers that their bits are, which order like the numbers;
/// beyond infinity come the NaN.
/// </summary>
/// <param name="low">Bits of the smallest magnitude inside.</param>
/// <param name="high">Bits of the largest magnitude inside; below <paramref name="low"/> nothing is inside.</param>
internal readonly struct InBandOperator(uint low, uint high) : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes>
    {
        var magnitude = accumulator & TLanes.CreateBits(0x7FFF_FFFF);
        return ~(TLanes.LessThanBits(magnitude, TLanes.CreateBits(low)) | TLanes.LessThanBits(TLanes.CreateBits(high), magnitude));
    }
}

/// <summary>x where its magnitude lies in a band, +0 elsewhere.</summary>
/// <param name="low">Bits of the smallest magnitude that stays.</param>
/// <param name="high">Bits of the largest magnitude that stays.</param>
internal readonly struct KeepBandOperator(uint low, uint high) : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> => x & new InBandOperator(low, high).Invoke(x, x, x);
}
