using System.Numerics;

namespace TaskArithmetic.Kernels.Lanes;

/// <summary>A register of float64 lanes, for sums whose terms come from float32.</summary>
internal interface IDoubleLanes<TSelf> :
    IAdditionOperators<TSelf, TSelf, TSelf>,
    ISubtractionOperators<TSelf, TSelf, TSelf>,
    IMultiplyOperators<TSelf, TSelf, TSelf>
    where TSelf : struct, IDoubleLanes<TSelf>
{
    /// <summary>Number of lanes.</summary>
    static abstract int Count { get; }

    /// <summary>Reads <see cref="Count"/> float32, exactly.</summary>
    static abstract TSelf LoadSingle(ref readonly float source);

    /// <summary>Reads <see cref="Count"/> float64.</summary>
    static abstract TSelf Load(ref readonly double source);

    /// <summary>Writes <see cref="Count"/> float64.</summary>
    static abstract void Store(TSelf value, ref double destination);

    /// <summary>Every lane without its sign.</summary>
    static abstract TSelf Abs(TSelf value);
}
