using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TaskArithmetic.Kernels.Lanes;

/// <summary>Sixteen lanes in 512 bits.</summary>
internal readonly struct Lanes512(Vector512<float> value) : ILanes<Lanes512>
{
    private readonly Vector512<float> _value = value;

    private Lanes512(Vector512<uint> bits)
        : this(bits.AsSingle())
    {
    }

    /// <inheritdoc/>
    public static int Count => 16;

    private Vector512<uint> Bits => _value.AsUInt32();

    /// <inheritdoc/>
    public static Lanes512 operator +(Lanes512 x, Lanes512 y) => new(x._value + y._value);

    /// <inheritdoc/>
    public static Lanes512 operator -(Lanes512 x, Lanes512 y) => new(x._value - y._value);

    /// <inheritdoc/>
    public static Lanes512 operator *(Lanes512 x, Lanes512 y) => new(x._value * y._value);

    /// <inheritdoc/>
    public static Lanes512 operator /(Lanes512 x, Lanes512 y) => new(x._value / y._value);

    /// <inheritdoc/>
    public static Lanes512 operator &(Lanes512 x, Lanes512 y) => new(x.Bits & y.Bits);

    /// <inheritdoc/>
    public static Lanes512 operator |(Lanes512 x, Lanes512 y) => new(x.Bits | y.Bits);

    /// <inheritdoc/>
    public static Lanes512 operator ^(Lanes512 x, Lanes512 y) => new(x.Bits ^ y.Bits);

    /// <inheritdoc/>
    public static Lanes512 operator ~(Lanes512 x) => new(~x.Bits);

    /// <inheritdoc/>
    public static Lanes512 operator <<(Lanes512 x, int count) => new(x.Bits << count);

    /// <inheritdoc/>
    public static Lanes512 operator >>(Lanes512 x, int count) => new((x._value.AsInt32() >> count).AsUInt32());

    /// <inheritdoc/>
    public static Lanes512 operator >>>(Lanes512 x, int count) => new(x.Bits >>> count);

    /// <inheritdoc/>
    public static Lanes512 Create(float value) => new(Vector512.Create(value));

    /// <inheritdoc/>
    public static Lanes512 CreateBits(uint bits) => new(Vector512.Create(bits));

    /// <inheritdoc/>
    public static Lanes512 Load(ref readonly float source) => new(Vector512.LoadUnsafe(in source));

    /// <inheritdoc/>
    public static Lanes512 LoadSingle(ref readonly byte source) => new(Vector512.LoadUnsafe(in source).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LoadUInt16(ref readonly byte source)
    {
        var words = Vector256.LoadUnsafe(in source).AsUInt16();
        return new(Avx512F.IsSupported
            ? Avx512F.ConvertToVector512UInt32(words)
            : Vector512.Create(Vector256.WidenLower(words), Vector256.WidenUpper(words)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LoadDouble(ref readonly byte source) => new(Vector512.Narrow(
        Vector512.LoadUnsafe(in source).AsDouble(),
        Vector512.LoadUnsafe(in source, (nuint)Vector512<byte>.Count).AsDouble()));

    /// <inheritdoc/>
    public static void Store(Lanes512 value, ref float destination) => value._value.StoreUnsafe(ref destination);

    /// <inheritdoc/>
    public static void StoreSingle(Lanes512 value, ref byte destination) => value._value.AsByte().StoreUnsafe(ref destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUInt16(Lanes512 value, ref byte destination)
    {
        // One vpmovdw where there is one; the portable Narrow would take two and an insert.
        var words = Avx512F.IsSupported
            ? Avx512F.ConvertToVector256UInt16(value.Bits)
            : Vector256.Narrow(value.Bits.GetLower(), value.Bits.GetUpper());
        words.AsByte().StoreUnsafe(ref destination);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreDouble(Lanes512 value, ref byte destination)
    {
        Vector512.WidenLower(value._value).AsByte().StoreUnsafe(ref destination);
        Vector512.WidenUpper(value._value).AsByte().StoreUnsafe(ref destination, (nuint)Vector512<byte>.Count);
    }

    /// <inheritdoc/>
    public static Lanes512 FusedMultiplyAdd(Lanes512 x, Lanes512 y, Lanes512 z) =>
        new(Vector512.FusedMultiplyAdd(x._value, y._value, z._value));

    /// <inheritdoc/>
    public static Lanes512 AddBits(Lanes512 x, Lanes512 y) => new(x.Bits + y.Bits);

    /// <inheritdoc/>
    public static Lanes512 SubtractBits(Lanes512 x, Lanes512 y) => new(x.Bits - y.Bits);

    /// <inheritdoc/>
    public static Lanes512 LessThanBits(Lanes512 x, Lanes512 y) =>
        new(Vector512.LessThan(x._value.AsInt32(), y._value.AsInt32()).AsUInt32());

    /// <inheritdoc/>
    public static Lanes512 AreEqual(Lanes512 x, Lanes512 y) => new(Vector512.Equals(x._value, y._value));

    /// <inheritdoc/>
    public static Lanes512 Select(Lanes512 mask, Lanes512 whenSet, Lanes512 otherwise) =>
        new(Vector512.ConditionalSelect(mask.Bits, whenSet.Bits, otherwise.Bits));

    /// <inheritdoc/>
    public static int CountSet(Lanes512 mask) => BitOperations.PopCount(mask.Bits.ExtractMostSignificantBits());

    /// <inheritdoc/>
    public static uint BitsSet(Lanes512 mask) => (uint)mask.Bits.ExtractMostSignificantBits();
}
