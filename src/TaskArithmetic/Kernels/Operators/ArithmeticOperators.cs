using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Formats;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

/// <summary>What is done to every element; the loop around it is <see cref="ElementwiseLoop"/>.</summary>
internal interface IElementwiseOperator
{
    /// <summary>
    /// The new value of an element from its old one and those of up to two inputs at the same index; an operator of
    /// fewer inputs looks at the first ones only. A mask where the operator is used to count.
    /// </summary>
    TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes>;
}

/// <summary>accumulator + x.</summary>
internal readonly struct AddOperator : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> => accumulator + x;
}

/// <summary>accumulator − x.</summary>
internal readonly struct SubtractOperator : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> => accumulator - x;
}

/// <summary>accumulator · factor.</summary>
internal readonly struct MultiplyOperator(float factor) : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> => accumulator * TLanes.Create(factor);
}

/// <summary>accumulator / divisor.</summary>
internal readonly struct DivideOperator(float divisor) : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> => accumulator / TLanes.Create(divisor);
}

/// <summary>accumulator + α·x, product and sum rounded apart.</summary>
internal readonly struct AddScaledOperator(float alpha) : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> => accumulator + (TLanes.Create(alpha) * x);
}

/// <summary>accumulator + α·(x − y), difference, product and sum rounded apart.</summary>
internal readonly struct AddScaledDifferenceOperator(float alpha) : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> => accumulator + (TLanes.Create(alpha) * (x - y));
}

/// <summary>x·w + accumulator with one rounding.</summary>
internal readonly struct FusedMultiplyAddOperator(float w) : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> => TLanes.FusedMultiplyAdd(x, TLanes.Create(w), accumulator);
}

/// <summary>x − y.</summary>
internal readonly struct DifferenceOperator : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> => x - y;
}

/// <summary>The product of accumulator and x.</summary>
internal readonly struct ProductOperator : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> => accumulator * x;
}

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

/// <summary>The accumulator rounded to a format.</summary>
internal readonly struct RoundOperator<TFormat> : IElementwiseOperator
    where TFormat : struct, IFloatFormat
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> => TFormat.Round(accumulator);
}

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

/// <summary>
/// The larger of accumulator and x, neither of which has a sign: magnitudes are then in the order of their bits, NaN above infinity.
/// </summary>
internal readonly struct LargerMagnitudeOperator : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> => TLanes.Select(TLanes.LessThanBits(accumulator, x), x, accumulator);
}
