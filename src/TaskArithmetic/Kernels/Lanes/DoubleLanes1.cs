namespace TaskArithmetic.Kernels.Lanes;

/// <summary>One float64: the scalar path, and the tail of every other.</summary>
internal readonly struct DoubleLanes1(double value) : IDoubleLanes<DoubleLanes1>
{
    private readonly double _value = value;

    /// <inheritdoc/>
    public static int Count => 1;

    /// <inheritdoc/>
    public static DoubleLanes1 operator +(DoubleLanes1 x, DoubleLanes1 y) => new(x._value + y._value);

    /// <inheritdoc/>
    public static DoubleLanes1 operator -(DoubleLanes1 x, DoubleLanes1 y) => new(x._value - y._value);

    /// <inheritdoc/>
    public static DoubleLanes1 operator *(DoubleLanes1 x, DoubleLanes1 y) => new(x._value * y._value);

    /// <inheritdoc/>
    public static DoubleLanes1 LoadSingle(ref readonly float source) => new(source);

    /// <inheritdoc/>
    public static DoubleLanes1 Load(ref readonly double source) => new(source);

    /// <inheritdoc/>
    public static void Store(DoubleLanes1 value, ref double destination) => destination = value._value;

    /// <inheritdoc/>
    public static DoubleLanes1 Abs(DoubleLanes1 value) => new(Math.Abs(value._value));
}
