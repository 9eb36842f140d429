using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

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
