using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TaskArithmetic.Kernels.Lanes;

/// <summary>Eight float64 in 512 bits.</summary>
internal readonly struct DoubleLanes512(Vector512<double> value) : IDoubleLanes<DoubleLanes512>
{
    private readonly Vector512<double> _value = value;

    /// <inheritdoc/>
    public static int Count => 8;

    /// <inheritdoc/>
    public static DoubleLanes512 operator +(DoubleLanes512 x, DoubleLanes512 y) => new(x._value + y._value);

    /// <inheritdoc/>
    public static DoubleLanes512 operator -(DoubleLanes512 x, DoubleLanes512 y) => new(x._value - y._value);

    /// <inheritdoc/>
    public static DoubleLanes512 operator *(DoubleLanes512 x, DoubleLanes512 y) => new(x._value * y._value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 LoadSingle(ref readonly float source)
    {
        var singles = Vector256.LoadUnsafe(in source);
        return new(Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Double(singles)
            : Vector512.Create(Vector256.WidenLower(singles), Vector256.WidenUpper(singles)));
    }

    /// <inheritdoc/>
    public static DoubleLanes512 Load(ref readonly double source) => new(Vector512.LoadUnsafe(in source));

    /// <inheritdoc/>
    public static void Store(DoubleLanes512 value, ref double destination) => value._value.StoreUnsafe(ref destination);

    /// <inheritdoc/>
    public static DoubleLanes512 Abs(DoubleLanes512 value) => new(Vector512.Abs(value._value));
}
