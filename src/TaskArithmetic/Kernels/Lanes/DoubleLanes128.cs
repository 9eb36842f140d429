using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TaskArithmetic.Kernels.Lanes;

/// <summary>Two float64 in 128 bits.</summary>
internal readonly struct DoubleLanes128(Vector128<double> value) : IDoubleLanes<DoubleLanes128>
{
    private readonly Vector128<double> _value = value;

    /// <inheritdoc/>
    public static int Count => 2;

    /// <inheritdoc/>
    public static DoubleLanes128 operator +(DoubleLanes128 x, DoubleLanes128 y) => new(x._value + y._value);

    /// <inheritdoc/>
    public static DoubleLanes128 operator -(DoubleLanes128 x, DoubleLanes128 y) => new(x._value - y._value);

    /// <inheritdoc/>
    public static DoubleLanes128 operator *(DoubleLanes128 x, DoubleLanes128 y) => new(x._value * y._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 LoadSingle(ref readonly float source)
    {
        var pair = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<double>(in Unsafe.As<float, byte>(ref Unsafe.AsRef(in source))));
        return new(Vector128.WidenLower(pair.AsSingle()));
    }

    /// <inheritdoc/>
    public static DoubleLanes128 Load(ref readonly double source) => new(Vector128.LoadUnsafe(in source));

    /// <inheritdoc/>
    public static void Store(DoubleLanes128 value, ref double destination) => value._value.StoreUnsafe(ref destination);

    /// <inheritdoc/>
    public static DoubleLanes128 Abs(DoubleLanes128 value) => new(Vector128.Abs(value._value));
}
