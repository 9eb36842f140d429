using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TaskArithmetic.Kernels.Lanes;

/// <summary>Four float64 in 256 bits.</summary>
internal readonly struct DoubleLanes256(Vector256<double> value) : IDoubleLanes<DoubleLanes256>
{
    private readonly Vector256<double> _value = value;

    /// <inheritdoc/>
    public static int Count => 4;

    /// <inheritdoc/>
    public static DoubleLanes256 operator +(DoubleLanes256 x, DoubleLanes256 y) => new(x._value + y._value);

    /// <inheritdoc/>
    public static DoubleLanes256 operator -(DoubleLanes256 x, DoubleLanes256 y) => new(x._value - y._value);

    /// <inheritdoc/>
    public static DoubleLanes256 operator *(DoubleLanes256 x, DoubleLanes256 y) => new(x._value * y._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 LoadSingle(ref readonly float source)
    {
        var singles = Vector128.LoadUnsafe(in source);
        return new(Avx.IsSupported
            ? Avx.ConvertToVector256Double(singles)
            : Vector256.Create(Vector128.WidenLower(singles), Vector128.WidenUpper(singles)));
    }

    /// <inheritdoc/>
    public static DoubleLanes256 Load(ref readonly double source) => new(Vector256.LoadUnsafe(in source));

    /// <inheritdoc/>
    public static void Store(DoubleLanes256 value, ref double destination) => value._value.StoreUnsafe(ref destination);

    /// <inheritdoc/>
    public static DoubleLanes256 Abs(DoubleLanes256 value) => new(Vector256.Abs(value._value));
}
