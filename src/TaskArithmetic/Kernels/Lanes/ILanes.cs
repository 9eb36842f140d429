using System.Numerics;

namespace TaskArithmetic.Kernels.Lanes;

/// <summary>
/// A register of 32-bit lanes. Arithmetic operators treat a lane as float32 and round each result once, to
/// nearest even; bitwise operators, shifts and the members named <c>…Bits</c> treat it as an integer. A mask has
/// all bits of a lane set or none. Kernels are written once against this interface and compiled for every width.
/// </summary>
internal interface ILanes<TSelf> :
    IAdditionOperators<TSelf, TSelf, TSelf>,
    ISubtractionOperators<TSelf, TSelf, TSelf>,
    IMultiplyOperators<TSelf, TSelf, TSelf>,
    IDivisionOperators<TSelf, TSelf, TSelf>,
    IBitwiseOperators<TSelf, TSelf, TSelf>,
    IShiftOperators<TSelf, int, TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>Number of lanes.</summary>
    static abstract int Count { get; }

    /// <summary>The same float32 in every lane.</summary>
    static abstract TSelf Create(float value);

    /// <summary>The same bits in every lane.</summary>
    static abstract TSelf CreateBits(uint bits);

    /// <summary>Reads <see cref="Count"/> float32.</summary>
    static abstract TSelf Load(ref readonly float source);

    /// <summary>Reads <see cref="Count"/> float32 from any alignment.</summary>
    static abstract TSelf LoadSingle(ref readonly byte source);

    /// <summary>Reads <see cref="Count"/> 16-bit words from any alignment, zero-extended to 32 bits.</summary>
    static abstract TSelf LoadUInt16(ref readonly byte source);

    /// <summary>Reads <see cref="Count"/> float64 from any alignment, rounded to float32.</summary>
    static abstract TSelf LoadDouble(ref readonly byte source);

    /// <summary>Writes <see cref="Count"/> float32.</summary>
    static abstract void Store(TSelf value, ref float destination);

    /// <summary>Writes <see cref="Count"/> float32 to any alignment.</summary>
    static abstract void StoreSingle(TSelf value, ref byte destination);

    /// <summary>Writes the lower 16 bits of every lane, to any alignment.</summary>
    static abstract void StoreUInt16(TSelf value, ref byte destination);

    /// <summary>Writes <see cref="Count"/> float64 to any alignment.</summary>
    static abstract void StoreDouble(TSelf value, ref byte destination);

    /// <summary>x·y + z with a single rounding, on hardware without the instruction too.</summary>
    static abstract TSelf FusedMultiplyAdd(TSelf x, TSelf y, TSelf z);

    /// <summary>Integer sum modulo 2³².</summary>
    static abstract TSelf AddBits(TSelf x, TSelf y);

    /// <summary>Integer difference modulo 2³².</summary>
    static abstract TSelf SubtractBits(TSelf x, TSelf y);

    /// <summary>Mask of lanes where x &lt; y as signed integers.</summary>
    static abstract TSelf LessThanBits(TSelf x, TSelf y);

    /// <summary>Mask of lanes where x == y as float32: −0 equals +0, NaN equals nothing.</summary>
    static abstract TSelf AreEqual(TSelf x, TSelf y);

    /// <summary>Lanes of <paramref name="whenSet"/> where the mask is set, of <paramref name="otherwise"/> elsewhere.</summary>
    static abstract TSelf Select(TSelf mask, TSelf whenSet, TSelf otherwise);

    /// <summary>Number of lanes set in a mask.</summary>
    static abstract int CountSet(TSelf mask);

    /// <summary>One bit for each lane of a mask, the first lane lowest.</summary>
    static abstract uint BitsSet(TSelf mask);
}
