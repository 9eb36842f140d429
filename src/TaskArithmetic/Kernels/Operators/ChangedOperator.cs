using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

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
