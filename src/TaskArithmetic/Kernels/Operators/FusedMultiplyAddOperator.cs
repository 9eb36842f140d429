using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

/// <summary>x·w + accumulator with one rounding.</summary>
internal readonly struct FusedMultiplyAddOperator(float w) : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> => TLanes.FusedMultiplyAdd(x, TLanes.Create(w), accumulator);
}
