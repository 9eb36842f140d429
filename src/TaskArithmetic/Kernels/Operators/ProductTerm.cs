using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

/// <summary>x·y; exact, as 24 by 24 bits fit in float64's 53.</summary>
internal readonly struct ProductTerm : ITermOperator
{
    /// <inheritdoc/>
    public static TLanes Invoke<TLanes>(TLanes x, TLanes y)
        where TLanes : struct, IDoubleLanes<TLanes> => x * y;
}
