using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

/// <summary>|x|.</summary>
internal readonly struct MagnitudeTerm : ITermOperator
{
    /// <inheritdoc/>
    public static TLanes Invoke<TLanes>(TLanes x, TLanes y)
        where TLanes : struct, IDoubleLanes<TLanes> => TLanes.Abs(x);
}
