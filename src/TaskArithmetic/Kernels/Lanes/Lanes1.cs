using System.Runtime.CompilerServices;

namespace TaskArithmetic.Kernels.Lanes;

/// <summary>One lane: the scalar path, and the tail of every other.</summary>
internal readonly struct Lanes1(float value) : ILanes<Lanes1>
{
    private readonly float _value = value;

    private Lanes1(uint bits)
        : this(BitConverter.UInt32BitsToSingle(bits))
    {
    }

    private Lanes1(bool mask)
        : this(mask ? uint.MaxValue : 0u)
    {
    }

    /// <inheritdoc/>
    public static int Count => 1;

    private uint Bits => BitConverter.SingleToUInt32Bits(_value);

    /// <inheritdoc/>
    public static Lanes1 operator +(Lanes1 x, Lanes1 y) => new(x._value + y._value);

    /// <inheritdoc/>
    public static Lanes1 operator -(Lanes1 x, Lanes1 y) => new(x._value - y._value);

    /// <inheritdoc/>
    public static Lanes1 operator *(Lanes1 x, Lanes1 y) => new(x._value * y._value);

    /// <inheritdoc/>
    public static Lanes1 operator /(Lanes1 x, Lanes1 y) => new(x._value / y._value);

    /// <inheritdoc/>
    public static Lanes1 operator &(Lanes1 x, Lanes1 y) => new(x.Bits & y.Bits);

    /// <inheritdoc/>
    public static Lanes1 operator |(Lanes1 x, Lanes1 y) => new(x.Bits | y.Bits);

    /// <inheritdoc/>
    public static Lanes1 operator ^(Lanes1 x, Lanes1 y) => new(x.Bits ^ y.Bits);

    /// <inheritdoc/>
    public static Lanes1 operator ~(Lanes1 x) => new(~x.Bits);

    /// <inheritdoc/>
    public static Lanes1 operator <<(Lanes1 x, int count) => new(x.Bits << count);

    /// <inheritdoc/>
    public static Lanes1 operator >>(Lanes1 x, int count) => new((uint)((int)x.Bits >> count));

    /// <inheritdoc/>
    public static Lanes1 operator >>>(Lanes1 x, int count) => new(x.Bits >>> count);

    /// <inheritdoc/>
    public static Lanes1 Create(float value) => new(value);

    /// <inheritdoc/>
    public static Lanes1 CreateBits(uint bits) => new(bits);

    /// <inheritdoc/>
    public static Lanes1 Load(ref readonly float source) => new(source);

    /// <inheritdoc/>
    public static Lanes1 LoadSingle(ref readonly byte source) => new(Unsafe.ReadUnaligned<float>(in source));

    /// <inheritdoc/>
    public static Lanes1 LoadUInt16(ref readonly byte source) => new((uint)Unsafe.ReadUnaligned<ushort>(in source));

    /// <inheritdoc/>
    public static Lanes1 LoadDouble(ref readonly byte source) => new((float)Unsafe.ReadUnaligned<double>(in source));

    /// <inheritdoc/>
    public static void Store(Lanes1 value, ref float destination) => destination = value._value;

    /// <inheritdoc/>
    public static void StoreSingle(Lanes1 value, ref byte destination) => Unsafe.WriteUnaligned(ref destination, value._value);

    /// <inheritdoc/>
    public static void StoreUInt16(Lanes1 value, ref byte destination) => Unsafe.WriteUnaligned(ref destination, (ushort)value.Bits);

    /// <inheritdoc/>
    public static void StoreDouble(Lanes1 value, ref byte destination) => Unsafe.WriteUnaligned(ref destination, (double)value._value);

    /// <inheritdoc/>
    public static Lanes1 FusedMultiplyAdd(Lanes1 x, Lanes1 y, Lanes1 z) => new(MathF.FusedMultiplyAdd(x._value, y._value, z._value));

    /// <inheritdoc/>
    public static Lanes1 AddBits(Lanes1 x, Lanes1 y) => new(x.Bits + y.Bits);

    /// <inheritdoc/>
    public static Lanes1 SubtractBits(Lanes1 x, Lanes1 y) => new(x.Bits - y.Bits);

    /// <inheritdoc/>
    public static Lanes1 LessThanBits(Lanes1 x, Lanes1 y) => new((int)x.Bits < (int)y.Bits);

    /// <inheritdoc/>
    public static Lanes1 AreEqual(Lanes1 x, Lanes1 y) => new(x._value == y._value);

    /// <inheritdoc/>
    public static Lanes1 Select(Lanes1 mask, Lanes1 whenSet, Lanes1 otherwise) =>
        new((mask.Bits & whenSet.Bits) | (~mask.Bits & otherwise.Bits));

    /// <inheritdoc/>
    public static int CountSet(Lanes1 mask) => (int)(mask.Bits >>> 31);

    /// <inheritdoc/>
    public static uint BitsSet(Lanes1 mask) => mask.Bits >>> 31;
}
