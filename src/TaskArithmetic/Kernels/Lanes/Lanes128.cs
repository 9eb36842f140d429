using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TaskArithmetic.Kernels.Lanes;

/// <summary>Four lanes in 128 bits.</summary>
internal readonly struct Lanes128(Vector128<float> value) : ILanes<Lanes128>
{
    private readonly Vector128<float> _value = value;

    private Lanes128(Vector128<uint> bits)
        : this(bits.AsSingle())
    {
    }

    /// <inheritdoc/>
    public static int Count => 4;

    private Vector128<uint> Bits => _value.AsUInt32();

    /// <inheritdoc/>
    public static Lanes128 operator +(Lanes128 x, Lanes128 y) => new(x._value + y._value);

    /// <inheritdoc/>
    public static Lanes128 operator -(Lanes128 x, Lanes128 y) => new(x._value - y._value);

    /// <inheritdoc/>
    public static Lanes128 operator *(Lanes128 x, Lanes128 y) => new(x._value * y._value);

    /// <inheritdoc/>
    public static Lanes128 operator /(Lanes128 x, Lanes128 y) => new(x._value / y._value);

    /// <inheritdoc/>
    public static Lanes128 operator &(Lanes128 x, Lanes128 y) => new(x.Bits & y.Bits);

    /// <inheritdoc/>
    public static Lanes128 operator |(Lanes128 x, Lanes128 y) => new(x.Bits | y.Bits);

    /// <inheritdoc/>
    public static Lanes128 operator ^(Lanes128 x, Lanes128 y) => new(x.Bits ^ y.Bits);

    /// <inheritdoc/>
    public static Lanes128 operator ~(Lanes128 x) => new(~x.Bits);

    /// <inheritdoc/>
    public static Lanes128 operator <<(Lanes128 x, int count) => new(x.Bits << count);

    /// <inheritdoc/>
    public static Lanes128 operator >>(Lanes128 x, int count) => new((x._value.AsInt32() >> count).AsUInt32());

    /// <inheritdoc/>
    public static Lanes128 operator >>>(Lanes128 x, int count) => new(x.Bits >>> count);

    /// <inheritdoc/>
    public static Lanes128 Create(float value) => new(Vector128.Create(value));

    /// <inheritdoc/>
    public static Lanes128 CreateBits(uint bits) => new(Vector128.Create(bits));

    /// <inheritdoc/>
    public static Lanes128 Load(ref readonly float source) => new(Vector128.LoadUnsafe(in source));

    /// <inheritdoc/>
    public static Lanes128 LoadSingle(ref readonly byte source) => new(Vector128.LoadUnsafe(in source).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadUInt16(ref readonly byte source) =>
        new(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(in source)).AsUInt16()));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadDouble(ref readonly byte source) => new(Vector128.Narrow(
        Vector128.LoadUnsafe(in source).AsDouble(),
        Vector128.LoadUnsafe(in source, (nuint)Vector128<byte>.Count).AsDouble()));

    /// <inheritdoc/>
    public static void Store(Lanes128 value, ref float destination) => value._value.StoreUnsafe(ref destination);

    /// <inheritdoc/>
    public static void StoreSingle(Lanes128 value, ref byte destination) => value._value.AsByte().StoreUnsafe(ref destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUInt16(Lanes128 value, ref byte destination) =>
        Unsafe.WriteUnaligned(ref destination, Vector128.Narrow(value.Bits, value.Bits).AsUInt64().ToScalar());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreDouble(Lanes128 value, ref byte destination)
    {
        Vector128.WidenLower(value._value).AsByte().StoreUnsafe(ref destination);
        Vector128.WidenUpper(value._value).AsByte().StoreUnsafe(ref destination, (nuint)Vector128<byte>.Count);
    }

    /// <inheritdoc/>
    public static Lanes128 FusedMultiplyAdd(Lanes128 x, Lanes128 y, Lanes128 z) =>
        new(Vector128.FusedMultiplyAdd(x._value, y._value, z._value));

    /// <inheritdoc/>
    public static Lanes128 AddBits(Lanes128 x, Lanes128 y) => new(x.Bits + y.Bits);

    /// <inheritdoc/>
    public static Lanes128 SubtractBits(Lanes128 x, Lanes128 y) => new(x.Bits - y.Bits);

    /// <inheritdoc/>
    public static Lanes128 LessThanBits(Lanes128 x, Lanes128 y) =>
        new(Vector128.LessThan(x._value.AsInt32(), y._value.AsInt32()).AsUInt32());

    /// <inheritdoc/>
    public static Lanes128 AreEqual(Lanes128 x, Lanes128 y) => new(Vector128.Equals(x._value, y._value));

    /// <inheritdoc/>
    public static Lanes128 Select(Lanes128 mask, Lanes128 whenSet, Lanes128 otherwise) =>
        new(Vector128.ConditionalSelect(mask.Bits, whenSet.Bits, otherwise.Bits));

    /// <inheritdoc/>
    public static int CountSet(Lanes128 mask) => BitOperations.PopCount(mask.Bits.ExtractMostSignificantBits());

    /// <inheritdoc/>
    public static uint BitsSet(Lanes128 mask) => mask.Bits.ExtractMostSignificantBits();
}
