using System.Runtime.InteropServices;
using TaskArithmetic.Kernels.Operators;

namespace TaskArithmetic.Kernels;

/// <summary>
/// Element-wise float32 arithmetic in place. Every operation is rounded once, to nearest even, and a product is never
/// contracted with the sum that follows, so all paths and devices give the same bits; only the payload and sign of a
/// NaN may differ, which <see cref="Narrowing"/> and <see cref="Rounding"/> make uniform. Spans have equal lengths, else an
/// <see cref="ArgumentException"/> is thrown; an input may be the accumulator itself.
/// </summary>
internal static class Combining
{
    /// <summary>accumulator ← accumulator + (α·v): the product is rounded, then the sum.</summary>
    public static void AddScaled(Span<float> accumulator, ReadOnlySpan<float> v, float alpha) =>
        AddScaled(accumulator, v, alpha, SimdWidths.Widest);

    /// <summary>As <see cref="AddScaled(Span{float}, ReadOnlySpan{float}, float)"/>, by the given path.</summary>
    public static void AddScaled(Span<float> accumulator, ReadOnlySpan<float> v, float alpha, SimdWidth width) =>
        ElementwiseLoop.Apply(accumulator, v, v, new AddScaledOperator(alpha), width);

    /// <summary>accumulator ← accumulator + (α·(from − minus)): difference, product and sum are rounded in turn.</summary>
    public static void AddScaledDifference(Span<float> accumulator, ReadOnlySpan<float> from, ReadOnlySpan<float> minus, float alpha) =>
        AddScaledDifference(accumulator, from, minus, alpha, SimdWidths.Widest);

    /// <summary>As <see cref="AddScaledDifference(Span{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, float)"/>, by the given path.</summary>
    public static void AddScaledDifference(
        Span<float> accumulator, ReadOnlySpan<float> from, ReadOnlySpan<float> minus, float alpha, SimdWidth width) =>
        ElementwiseLoop.Apply(accumulator, from, minus, new AddScaledDifferenceOperator(alpha), width);

    /// <summary>accumulator ← accumulator + v.</summary>
    public static void Add(Span<float> accumulator, ReadOnlySpan<float> v) => Add(accumulator, v, SimdWidths.Widest);

    /// <summary>As <see cref="Add(Span{float}, ReadOnlySpan{float})"/>, by the given path.</summary>
    public static void Add(Span<float> accumulator, ReadOnlySpan<float> v, SimdWidth width) =>
        ElementwiseLoop.Apply(accumulator, v, v, default(AddOperator), width);

    /// <summary>accumulator ← accumulator − v.</summary>
    public static void Subtract(Span<float> accumulator, ReadOnlySpan<float> v) => Subtract(accumulator, v, SimdWidths.Widest);

    /// <summary>As <see cref="Subtract(Span{float}, ReadOnlySpan{float})"/>, by the given path.</summary>
    public static void Subtract(Span<float> accumulator, ReadOnlySpan<float> v, SimdWidth width) =>
        ElementwiseLoop.Apply(accumulator, v, v, default(SubtractOperator), width);

    /// <summary>destination ← from − minus.</summary>
    public static void Difference(ReadOnlySpan<float> from, ReadOnlySpan<float> minus, Span<float> destination) =>
        Difference(from, minus, destination, SimdWidths.Widest);

    /// <summary>As <see cref="Difference(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float})"/>, by the given path.</summary>
    public static void Difference(ReadOnlySpan<float> from, ReadOnlySpan<float> minus, Span<float> destination, SimdWidth width) =>
        ElementwiseLoop.Apply(destination, from, minus, default(DifferenceOperator), width);

    /// <summary>accumulator ← accumulator · factor.</summary>
    public static void Multiply(Span<float> accumulator, float factor) => Multiply(accumulator, factor, SimdWidths.Widest);

    /// <summary>As <see cref="Multiply(Span{float}, float)"/>, by the given path.</summary>
    public static void Multiply(Span<float> accumulator, float factor, SimdWidth width) =>
        ElementwiseLoop.Apply(accumulator, accumulator, accumulator, new MultiplyOperator(factor), width);

    /// <summary>accumulator ← accumulator / divisor.</summary>
    public static void Divide(Span<float> accumulator, float divisor) => Divide(accumulator, divisor, SimdWidths.Widest);

    /// <summary>As <see cref="Divide(Span{float}, float)"/>, by the given path.</summary>
    public static void Divide(Span<float> accumulator, float divisor, SimdWidth width) =>
        ElementwiseLoop.Apply(accumulator, accumulator, accumulator, new DivideOperator(divisor), width);

    /// <summary>
    /// accumulator ← fma(x, w, accumulator), one rounding for product and sum: what mergekit's linear does on torch's
    /// AVX2 kernels. Never used in exact precision.
    /// </summary>
    public static void FusedMultiplyAdd(Span<float> accumulator, ReadOnlySpan<float> x, float w) =>
        FusedMultiplyAdd(accumulator, x, w, SimdWidths.Widest);

    /// <summary>As <see cref="FusedMultiplyAdd(Span{float}, ReadOnlySpan{float}, float)"/>, by the given path.</summary>
    public static void FusedMultiplyAdd(Span<float> accumulator, ReadOnlySpan<float> x, float w, SimdWidth width) =>
        ElementwiseLoop.Apply(accumulator, x, x, new FusedMultiplyAddOperator(w), width);

    /// <summary>accumulator ← accumulator / divisor element by element; it stays as it is where the divisor is zero.</summary>
    public static void DivideByNonZero(Span<float> accumulator, ReadOnlySpan<float> divisor) => DivideByNonZero(accumulator, divisor, SimdWidths.Widest);

    /// <summary>As <see cref="DivideByNonZero(Span{float}, ReadOnlySpan{float})"/>, by the given path.</summary>
    public static void DivideByNonZero(Span<float> accumulator, ReadOnlySpan<float> divisor, SimdWidth width) =>
        ElementwiseLoop.Apply(accumulator, divisor, divisor, default(DivideByNonZeroOperator), width);

    /// <summary>accumulator ← accumulator / max(divisor, least) element by element; divisors are not negative.</summary>
    public static void DivideByAtLeast(Span<float> accumulator, ReadOnlySpan<float> divisor, float least) =>
        DivideByAtLeast(accumulator, divisor, least, SimdWidths.Widest);

    /// <summary>As <see cref="DivideByAtLeast(Span{float}, ReadOnlySpan{float}, float)"/>, by the given path.</summary>
    public static void DivideByAtLeast(Span<float> accumulator, ReadOnlySpan<float> divisor, float least, SimdWidth width) =>
        ElementwiseLoop.Apply(accumulator, divisor, divisor, new DivideByAtLeastOperator(least), width);

    /// <summary>destination ← v where the draw of 32 random bits is below the threshold, +0 elsewhere.</summary>
    public static void KeepDrawn(ReadOnlySpan<float> v, ReadOnlySpan<uint> draws, uint threshold, Span<float> destination) =>
        KeepDrawn(v, draws, threshold, destination, SimdWidths.Widest);

    /// <summary>As <see cref="KeepDrawn(ReadOnlySpan{float}, ReadOnlySpan{uint}, uint, Span{float})"/>, by the given path.</summary>
    public static void KeepDrawn(ReadOnlySpan<float> v, ReadOnlySpan<uint> draws, uint threshold, Span<float> destination, SimdWidth width) =>
        ElementwiseLoop.Apply(destination, v, MemoryMarshal.Cast<uint, float>(draws), new KeepDrawnOperator(threshold), width);

    /// <summary>accumulator ← accumulator · v element by element.</summary>
    public static void Multiply(Span<float> accumulator, ReadOnlySpan<float> v) => Multiply(accumulator, v, SimdWidths.Widest);

    /// <summary>As <see cref="Multiply(Span{float}, ReadOnlySpan{float})"/>, by the given path.</summary>
    public static void Multiply(Span<float> accumulator, ReadOnlySpan<float> v, SimdWidth width) =>
        ElementwiseLoop.Apply(accumulator, v, v, default(ProductOperator), width);

    /// <summary>accumulator ← accumulator where v is not zero, +0 elsewhere.</summary>
    public static void KeepWhereNonZero(Span<float> accumulator, ReadOnlySpan<float> v) => KeepWhereNonZero(accumulator, v, SimdWidths.Widest);

    /// <summary>As <see cref="KeepWhereNonZero(Span{float}, ReadOnlySpan{float})"/>, by the given path.</summary>
    public static void KeepWhereNonZero(Span<float> accumulator, ReadOnlySpan<float> v, SimdWidth width) =>
        ElementwiseLoop.Apply(accumulator, v, v, default(KeepWhereNonZeroOperator), width);
}
