using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Formats;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

/// <summary>Mask: the accumulator equals x.</summary>
internal readonly struct EqualOperator : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> => TLanes.AreEqual(accumulator, x);
}

/// <summary>Mask: the element is neither +0 nor −0.</summary>
internal readonly struct NonZeroOperator : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> => ~TLanes.AreEqual(accumulator, TLanes.Create(0f));
}

/// <summary>Mask: all exponent bits are set.</summary>
internal readonly struct NonFiniteOperator : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> =>
        ~TLanes.LessThanBits(accumulator & TLanes.CreateBits(0x7FFF_FFFF), TLanes.CreateBits(0x7F80_0000));
}

/// <summary>Mask: rounding to a format changes nothing.</summary>
internal readonly struct RepresentableOperator<TFormat> : IElementwiseOperator
    where TFormat : struct, IFloatFormat
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> =>
        TLanes.AreEqual(TFormat.Round(accumulator), accumulator) | ~TLanes.AreEqual(accumulator, accumulator);
}

/// <summary>Mask: the accumulator (a change) is not zero and x (the target) and y (the output) round to different values.</summary>
internal readonly struct SurvivingOperator<TFormat> : IElementwiseOperator
    where TFormat : struct, IFloatFormat
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> =>
        ~TLanes.AreEqual(accumulator, TLanes.Create(0f)) & ~TLanes.AreEqual(TFormat.Round(x), TFormat.Round(y));
}

/// <summary>Mask: the magnitudes of accumulator and x are both above a tolerance (not negative); NaN is above every one.</summary>
internal readonly struct AboveOperator(float tolerance) : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes>
    {
        var magnitude = TLanes.CreateBits(MagnitudeOperator.Mask);
        var limit = TLanes.Create(tolerance);
        return TLanes.LessThanBits(limit, accumulator & magnitude) & TLanes.LessThanBits(limit, x & magnitude);
    }
}

/// <summary>Mask: neither accumulator nor x is +0 or −0.</summary>
internal readonly struct BothNonZeroOperator : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> =>
        ~(TLanes.AreEqual(accumulator, TLanes.Create(0f)) | TLanes.AreEqual(x, TLanes.Create(0f)));
}

/// <summary>1 where accumulator and x round to different values of a format, else 0; −0 equals +0, NaN equals nothing.</summary>
internal readonly struct ChangedOperator<TFormat> : IElementwiseOperator
    where TFormat : struct, Formats.IFloatFormat
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> =>
        ~TLanes.AreEqual(TFormat.Round(accumulator), TFormat.Round(x)) & TLanes.Create(1f);
}

/// <summary>Mask: accumulator and x have opposite signs and neither is zero. Their product, which could vanish, is not formed.</summary>
internal readonly struct OppositeSignsOperator : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> =>
        TLanes.LessThanBits(accumulator ^ x, TLanes.CreateBits(0)) & default(BothNonZeroOperator).Invoke(accumulator, x, y);
}

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

/// <summary>The accumulator where x is not zero, +0 elsewhere.</summary>
internal readonly struct KeepWhereNonZeroOperator : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> => accumulator & ~TLanes.AreEqual(x, TLanes.Create(0f));
}
