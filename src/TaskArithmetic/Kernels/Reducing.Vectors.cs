using TaskArithmetic.Kernels.Operators;

namespace TaskArithmetic.Kernels;

internal static partial class Reducing
{
    /// <summary>Σ vᵢ.</summary>
    public static double Sum(ReadOnlySpan<float> values) => Sum(values, SimdWidths.Widest);

    /// <summary>As <see cref="Sum(ReadOnlySpan{float})"/>, by the given path.</summary>
    public static double Sum(ReadOnlySpan<float> values, SimdWidth width) => ReductionLoop.Sum<FirstTerm>(values, values, width);

    /// <summary>Number of elements whose magnitude is above a tolerance of 0 or more; NaN counts.</summary>
    public static long CountAbove(ReadOnlySpan<float> values, float tolerance) => CountBothAbove(values, values, tolerance, SimdWidths.Widest);

    /// <summary>Number of positions where both magnitudes are above a tolerance of 0 or more; NaN counts as above.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static long CountBothAbove(ReadOnlySpan<float> a, ReadOnlySpan<float> b, float tolerance) =>
        CountBothAbove(a, b, tolerance, SimdWidths.Widest);

    /// <summary>As <see cref="CountBothAbove(ReadOnlySpan{float}, ReadOnlySpan{float}, float)"/>, by the given path.</summary>
    public static long CountBothAbove(ReadOnlySpan<float> a, ReadOnlySpan<float> b, float tolerance, SimdWidth width) =>
        ElementwiseLoop.Count(a, b, b, new AboveOperator(tolerance), width);

    /// <summary>Number of positions where neither element is zero.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static long CountBothNonZero(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => CountBothNonZero(a, b, SimdWidths.Widest);

    /// <summary>As <see cref="CountBothNonZero(ReadOnlySpan{float}, ReadOnlySpan{float})"/>, by the given path.</summary>
    public static long CountBothNonZero(ReadOnlySpan<float> a, ReadOnlySpan<float> b, SimdWidth width) =>
        ElementwiseLoop.Count(a, b, b, default(BothNonZeroOperator), width);

    /// <summary>Number of positions where one element is positive and the other negative.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static long CountOppositeSigns(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => CountOppositeSigns(a, b, SimdWidths.Widest);

    /// <summary>As <see cref="CountOppositeSigns(ReadOnlySpan{float}, ReadOnlySpan{float})"/>, by the given path.</summary>
    public static long CountOppositeSigns(ReadOnlySpan<float> a, ReadOnlySpan<float> b, SimdWidth width) =>
        ElementwiseLoop.Count(a, b, b, default(OppositeSignsOperator), width);
}
