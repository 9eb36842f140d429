using TaskArithmetic.Kernels.Operators;

namespace TaskArithmetic.Kernels;

/// <summary>
/// Sums over elements in float64 with an order of additions that depends on the number of elements only (see
/// <see cref="ReductionLoop"/>), not on the SIMD width. A tensor's sum is independent of threads and chunks when callers
/// cut it into blocks of one fixed size and add the blocks' results in order. Spans have equal lengths, else an
/// <see cref="ArgumentException"/> is thrown; a NaN or infinity in an input makes the sum NaN or infinite.
/// </summary>
internal static partial class Reducing
{
    /// <summary>Σ aᵢ·bᵢ.</summary>
    public static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => Dot(a, b, SimdWidths.Widest);

    /// <summary>As <see cref="Dot(ReadOnlySpan{float}, ReadOnlySpan{float})"/>, by the given path.</summary>
    public static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b, SimdWidth width) =>
        ReductionLoop.Sum<ProductTerm>(a, b, width);

    /// <summary>Σ vᵢ².</summary>
    public static double SumOfSquares(ReadOnlySpan<float> values) => SumOfSquares(values, SimdWidths.Widest);

    /// <summary>As <see cref="SumOfSquares(ReadOnlySpan{float})"/>, by the given path.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> values, SimdWidth width) =>
        ReductionLoop.Sum<ProductTerm>(values, values, width);

    /// <summary>Σ (aᵢ − bᵢ)².</summary>
    public static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => SquaredDistance(a, b, SimdWidths.Widest);

    /// <summary>As <see cref="SquaredDistance(ReadOnlySpan{float}, ReadOnlySpan{float})"/>, by the given path.</summary>
    public static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b, SimdWidth width) =>
        ReductionLoop.Sum<SquaredDifferenceTerm>(a, b, width);

    /// <summary>Σ |vᵢ|.</summary>
    public static double SumOfMagnitudes(ReadOnlySpan<float> values) => SumOfMagnitudes(values, SimdWidths.Widest);

    /// <summary>As <see cref="SumOfMagnitudes(ReadOnlySpan{float})"/>, by the given path.</summary>
    public static double SumOfMagnitudes(ReadOnlySpan<float> values, SimdWidth width) =>
        ReductionLoop.Sum<MagnitudeTerm>(values, values, width);
}
