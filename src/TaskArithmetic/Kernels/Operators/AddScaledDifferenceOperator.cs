using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

/// <summary>accumulator + α·(x − y), difference, product and sum rounded apart.</summary>
internal readonly struct AddScaledDifferenceOperator(float alpha) : IElementwiseOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes> => accumulator + (TLanes.Create(alpha) * (x - y));
}
