using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

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
