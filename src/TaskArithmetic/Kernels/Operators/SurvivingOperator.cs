using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Formats;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

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
