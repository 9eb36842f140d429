using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Formats;

/// <summary>How a mergeable dtype lies in a file and how a float32 is rounded to it.</summary>
internal interface IFloatFormat
{
    /// <summary>Width of an element in bytes.</summary>
    static abstract int Bytes { get; }

    /// <summary>Reads elements from any alignment as float32.</summary>
    static abstract TLanes Load<TLanes>(ref readonly byte source)
        where TLanes : struct, ILanes<TLanes>;

    /// <summary>Writes float32 to any alignment, rounded to nearest even; every NaN becomes the positive quiet NaN without payload.</summary>
    static abstract void Store<TLanes>(TLanes value, ref byte destination)
        where TLanes : struct, ILanes<TLanes>;

    /// <summary>The float32 that is read back after <see cref="Store"/>.</summary>
    static abstract TLanes Round<TLanes>(TLanes value)
        where TLanes : struct, ILanes<TLanes>;

    /// <summary>
    /// <see cref="Store"/> and <see cref="Round"/> at once, for results of arithmetic on finite values. NaN is not made uniform: what is returned for one,
    /// as for infinity, is no finite number, and the caller writes such elements again.
    /// </summary>
    static abstract TLanes StoreRounded<TLanes>(TLanes value, ref byte destination)
        where TLanes : struct, ILanes<TLanes>;
}
