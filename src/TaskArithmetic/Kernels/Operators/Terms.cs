using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Operators;

/// <summary>The term that an element of two inputs adds to a sum; the loop around it is <see cref="ReductionLoop"/>.</summary>
internal interface ITermOperator
{
    /// <summary>The terms of several elements in float64.</summary>
    static abstract TLanes Invoke<TLanes>(TLanes x, TLanes y)
        where TLanes : struct, IDoubleLanes<TLanes>;
}

/// <summary>x·y; exact, as 24 by 24 bits fit in float64's 53.</summary>
internal readonly struct ProductTerm : ITermOperator
{
    /// <inheritdoc/>
    public static TLanes Invoke<TLanes>(TLanes x, TLanes y)
        where TLanes : struct, IDoubleLanes<TLanes> => x * y;
}

/// <summary>(x − y)²; difference and square are rounded in turn.</summary>
internal readonly struct SquaredDifferenceTerm : ITermOperator
{
    /// <inheritdoc/>
    public static TLanes Invoke<TLanes>(TLanes x, TLanes y)
        where TLanes : struct, IDoubleLanes<TLanes> => (x - y) * (x - y);
}

/// <summary>The first input alone.</summary>
internal readonly struct FirstTerm : ITermOperator
{
    /// <inheritdoc/>
    public static TLanes Invoke<TLanes>(TLanes x, TLanes y)
        where TLanes : struct, IDoubleLanes<TLanes> => x;
}

/// <summary>|x|.</summary>
internal readonly struct MagnitudeTerm : ITermOperator
{
    /// <inheritdoc/>
    public static TLanes Invoke<TLanes>(TLanes x, TLanes y)
        where TLanes : struct, IDoubleLanes<TLanes> => TLanes.Abs(x);
}
