using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

/// <summary>What is done to every element; the loop around it is <see cref="ElementwiseLoop"/>.</summary>
internal interface IElementwiseOperator
{
    /// <summary>
    /// The new value of an element from its old one and those of up to two inputs at the same index; an operator of
    /// fewer inputs looks at the first ones only. A mask where the operator is used to count.
    /// </summary>
    TLanes Invoke<TLanes>(TLanes accumulator, TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes>;
}
