using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Formats;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

/// <summary>The accumulator rounded to a format.</summary>
internal readonly struct RoundOperator<TFormat> : IElementwiseOperator
    where TFormat : struct, IFloatFormat
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> => TFormat.Round(accumulator);
}
