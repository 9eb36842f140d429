using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TaskArithmetic.Kernels.Lanes;

/// <summary>Eight lanes in 256 bits.</summary>
internal readonly struct Lanes256(Vector256<float> value) : ILanes<Lanes256>
{
    private readonly Vector256<float> _value = value;

    private Lanes256(Vector256<uint> bits)
        : this(bits.AsSingle())
    {
    }

    /// <inheritdoc/>
    public static int Count => 8;

    private Vector256<uint> Bits => _value.AsUInt32();

    /// <inheritdoc/>
    public static Lanes256 operator +(Lanes256 x, Lanes256 y) => new(x._value + y._value);

    /// <inheritdoc/>
    public static Lanes256 operator -(Lanes256 x, Lanes256 y) => new(x._value - y._value);

    /// <inheritdoc/>
    public static Lanes256 operator *(Lanes256 x, Lanes256 y) => new(x._value * y._value);

    /// <inheritdoc/>
    public static Lanes256 operator /(Lanes256 x, Lanes256 y) => new(x._value / y._value);

    /// <inheritdoc/>
    public static Lanes256 operator &(Lanes256 x, Lanes256 y) => new(x.Bits & y.Bits);

    /// <inheritdoc/>
    public static Lanes256 operator |(Lanes256 x, Lanes256 y) => new(x.Bits | y.Bits);

    /// <inheritdoc/>
    public static Lanes256 operator ^(Lanes256 x, Lanes256 y) => new(x.Bits ^ y.Bits);

    /// <inheritdoc/>
    public static Lanes256 operator ~(Lanes256 x) => new(~x.Bits);

    /// <inheritdoc/>
    public static Lanes256 operator <<(Lanes256 x, int count) => new(x.Bits << count);

    /// <inheritdoc/>
    public static Lanes256 operator >>(Lanes256 x, int count) => new((x._value.AsInt32() >> count).AsUInt32());

    /// <inheritdoc/>
    public static Lanes256 operator >>>(Lanes256 x, int count) => new(x.Bits >>> count);

    /// <inheritdoc/>
    public static Lanes256 Create(float value) => new(Vector256.Create(value));

    /// <inheritdoc/>
    public static Lanes256 CreateBits(uint bits) => new(Vector256.Create(bits));

    /// <inheritdoc/>
    public static Lanes256 Load(ref readonly float source) => new(Vector256.LoadUnsafe(in source));

    /// <inheritdoc/>
    public static Lanes256 LoadSingle(ref readonly byte source) => new(Vector256.LoadUnsafe(in source).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadUInt16(ref readonly byte source)
    {
        var words = Vector128.LoadUnsafe(in source).AsUInt16();
        return new(Avx2.IsSupported
            ? Avx2.ConvertToVector256Int32(words).AsUInt32()
            : Vector256.Create(Vector128.WidenLower(words), Vector128.WidenUpper(words)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadDouble(ref readonly byte source) => new(Vector256.Narrow(
        Vector256.LoadUnsafe(in source).AsDouble(),
        Vector256.LoadUnsafe(in source, (nuint)Vector256<byte>.Count).AsDouble()));

    /// <inheritdoc/>
    public static void Store(Lanes256 value, ref float destination) => value._value.StoreUnsafe(ref destination);

    /// <inheritdoc/>
    public static void StoreSingle(Lanes256 value, ref byte destination) => value._value.AsByte().StoreUnsafe(ref destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUInt16(Lanes256 value, ref byte destination) =>
        Vector128.Narrow(value.Bits.GetLower(), value.Bits.GetUpper()).AsByte().StoreUnsafe(ref destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreDouble(Lanes256 value, ref byte destination)
    {
        Vector256.WidenLower(value._value).AsByte().StoreUnsafe(ref destination);
        Vector256.WidenUpper(value._value).AsByte().StoreUnsafe(ref destination, (nuint)Vector256<byte>.Count);
    }

    /// <inheritdoc/>
    public static Lanes256 FusedMultiplyAdd(Lanes256 x, Lanes256 y, Lanes256 z) =>
        new(Vector256.FusedMultiplyAdd(x._value, y._value, z._value));

    /// <inheritdoc/>
    public static Lanes256 AddBits(Lanes256 x, Lanes256 y) => new(x.Bits + y.Bits);

    /// <inheritdoc/>
    public static Lanes256 SubtractBits(Lanes256 x, Lanes256 y) => new(x.Bits - y.Bits);

    /// <inheritdoc/>
    public static Lanes256 LessThanBits(Lanes256 x, Lanes256 y) =>
        new(Vector256.LessThan(x._value.AsInt32(), y._value.AsInt32()).AsUInt32());

    /// <inheritdoc/>
    public static Lanes256 AreEqual(Lanes256 x, Lanes256 y) => new(Vector256.Equals(x._value, y._value));

    /// <inheritdoc/>
    public static Lanes256 Select(Lanes256 mask, Lanes256 whenSet, Lanes256 otherwise) =>
        new(Vector256.ConditionalSelect(mask.Bits, whenSet.Bits, otherwise.Bits));

    /// <inheritdoc/>
    public static int CountSet(Lanes256 mask) => BitOperations.PopCount(mask.Bits.ExtractMostSignificantBits());

    /// <inheritdoc/>
    public static uint BitsSet(Lanes256 mask) => mask.Bits.ExtractMostSignificantBits();
}
