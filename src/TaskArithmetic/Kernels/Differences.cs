using TaskArithmetic.Kernels.Formats;
using TaskArithmetic.Kernels.Operators;

namespace TaskArithmetic.Kernels;

/// <summary>Largest magnitudes and marks of the elements of differences, in place. Spans have equal lengths, else an <see cref="ArgumentException"/> is thrown.</summary>
internal static class Differences
{
    /// <summary>largest ← the larger of largest and values, both without sign; NaN is the largest.</summary>
    public static void RaiseMagnitudes(Span<float> largest, ReadOnlySpan<float> values) => RaiseMagnitudes(largest, values, SimdWidths.Widest);

    /// <summary>As <see cref="RaiseMagnitudes(Span{float}, ReadOnlySpan{float})"/>, by the given path.</summary>
    public static void RaiseMagnitudes(Span<float> largest, ReadOnlySpan<float> values, SimdWidth width) =>
        ElementwiseLoop.Apply(largest, values, values, default(LargerMagnitudeOperator), width);

    /// <summary>values ← 1 where it rounds to another bfloat16 than the base does, else 0; −0 equals +0, NaN equals nothing.</summary>
    public static void MarkChanged(Span<float> values, ReadOnlySpan<float> baseValues) => MarkChanged(values, baseValues, SimdWidths.Widest);

    /// <summary>As <see cref="MarkChanged(Span{float}, ReadOnlySpan{float})"/>, by the given path.</summary>
    public static void MarkChanged(Span<float> values, ReadOnlySpan<float> baseValues, SimdWidth width) =>
        ElementwiseLoop.Apply(values, baseValues, baseValues, default(ChangedOperator<BFloat16Format>), width);
}
