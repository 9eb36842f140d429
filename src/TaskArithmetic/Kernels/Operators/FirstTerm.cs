using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

/// <summary>The first input alone.</summary>
internal readonly struct FirstTerm : ITermOperator
{
    /// <inheritdoc/>
    public static TLanes Invoke<TLanes>(TLanes x, TLanes y)
        where TLanes : struct, IDoubleLanes<TLanes> => x;
}
