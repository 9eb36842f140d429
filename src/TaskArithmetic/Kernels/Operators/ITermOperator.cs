using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

/// <summary>The term that an element of two inputs adds to a sum; the loop around it is <see cref="ReductionLoop"/>.</summary>
internal interface ITermOperator
{
    /// <summary>The terms of several elements in float64.</summary>
    static abstract TLanes Invoke<TLanes>(TLanes x, TLanes y)
        where TLanes : struct, IDoubleLanes<TLanes>;
}
