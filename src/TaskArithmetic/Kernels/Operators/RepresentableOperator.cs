using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Formats;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

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
