using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

/// <summary>(x − y)²; difference and square are rounded in turn.</summary>
internal readonly struct SquaredDifferenceTerm : ITermOperator
{
    /// <inheritdoc/>
    public static TLanes Invoke<TLanes>(TLanes x, TLanes y)
        where TLanes : struct, IDoubleLanes<TLanes> => (x - y) * (x - y);
}
