using System.Runtime.InteropServices;
using TaskArithmetic.Kernels.Formats;
using TaskArithmetic.Kernels.Operators;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Kernels;

internal static partial class Reducing
{
    private const int CompareBlock = 512;

    /// <summary>Number of positions with equal values: −0 equals +0, NaN equals nothing.</summary>
    public static long CountEqual(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => CountEqual(a, b, SimdWidths.Widest);

    /// <summary>As <see cref="CountEqual(ReadOnlySpan{float}, ReadOnlySpan{float})"/>, by the given path.</summary>
    public static long CountEqual(ReadOnlySpan<float> a, ReadOnlySpan<float> b, SimdWidth width) =>
        ElementwiseLoop.Count(a, b, b, default(EqualOperator), width);

    /// <summary>
    /// Number of positions with equal values in two tensors of one dtype, F64 compared as float64: −0 equals +0, NaN
    /// equals nothing. The spans may have any alignment.
    /// </summary>
    /// <exception cref="ArgumentException">The spans differ in length or end within an element.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The dtype is not mergeable.</exception>
    public static long CountEqual(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, DType dtype) => CountEqual(a, b, dtype, SimdWidths.Widest);

    /// <summary>As <see cref="CountEqual(ReadOnlySpan{byte}, ReadOnlySpan{byte}, DType)"/>, by the given path.</summary>
    public static long CountEqual(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, DType dtype, SimdWidth width)
    {
        if (!dtype.IsMergeable())
            throw Widening.NotMergeable(dtype);
        if (a.Length != b.Length || a.Length % dtype.Bytes() != 0)
            throw new ArgumentException($"Equal numbers of whole {dtype} elements are needed, got {a.Length} and {b.Length} bytes.");
        return dtype == DType.F64 ? CountEqualDoubles(a, b) : CountEqualWidened(a, b, dtype, width);
    }

    /// <summary>Number of elements that are neither +0 nor −0; NaN counts.</summary>
    public static long CountNonZero(ReadOnlySpan<float> values) => CountNonZero(values, SimdWidths.Widest);

    /// <summary>As <see cref="CountNonZero(ReadOnlySpan{float})"/>, by the given path.</summary>
    public static long CountNonZero(ReadOnlySpan<float> values, SimdWidth width) =>
        ElementwiseLoop.Count(values, values, values, default(NonZeroOperator), width);

    /// <summary>Number of elements that the dtype holds exactly; infinities and NaN do so in each.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The dtype is not mergeable.</exception>
    public static long CountRepresentable(ReadOnlySpan<float> values, DType dtype) => CountRepresentable(values, dtype, SimdWidths.Widest);

    /// <summary>As <see cref="CountRepresentable(ReadOnlySpan{float}, DType)"/>, by the given path.</summary>
    public static long CountRepresentable(ReadOnlySpan<float> values, DType dtype, SimdWidth width) => dtype switch
    {
        DType.BF16 => ElementwiseLoop.Count(values, values, values, default(RepresentableOperator<BFloat16Format>), width),
        DType.F16 => ElementwiseLoop.Count(values, values, values, default(RepresentableOperator<HalfFormat>), width),
        DType.F32 or DType.F64 => values.Length,
        _ => throw Widening.NotMergeable(dtype),
    };

    /// <summary>
    /// Number of elements whose change outlives the rounding to the output's dtype: the change is not zero, and target
    /// and output round to different values. Divided by <see cref="CountNonZero(ReadOnlySpan{float})"/> of the change it is the survival fraction.
    /// </summary>
    /// <param name="delta">The change that the merge asked for, α·v summed over its terms.</param>
    /// <param name="target">The target before the change; rounded to the dtype or not.</param>
    /// <param name="output">The target after the change; rounded to the dtype or not.</param>
    /// <param name="dtype">The output's dtype.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The dtype is not mergeable.</exception>
    public static long CountSurviving(ReadOnlySpan<float> delta, ReadOnlySpan<float> target, ReadOnlySpan<float> output, DType dtype) =>
        CountSurviving(delta, target, output, dtype, SimdWidths.Widest);

    /// <summary>As <see cref="CountSurviving(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, DType)"/>, by the given path.</summary>
    public static long CountSurviving(
        ReadOnlySpan<float> delta, ReadOnlySpan<float> target, ReadOnlySpan<float> output, DType dtype, SimdWidth width) => dtype switch
        {
            DType.BF16 => ElementwiseLoop.Count(delta, target, output, default(SurvivingOperator<BFloat16Format>), width),
            DType.F16 => ElementwiseLoop.Count(delta, target, output, default(SurvivingOperator<HalfFormat>), width),
            DType.F32 or DType.F64 => ElementwiseLoop.Count(delta, target, output, default(SurvivingOperator<SingleFormat>), width),
            _ => throw Widening.NotMergeable(dtype),
        };

    /// <summary>Index of the first NaN or infinity, −1 if every element is finite.</summary>
    public static int IndexOfNonFinite(ReadOnlySpan<float> values) => IndexOfNonFinite(values, SimdWidths.Widest);

    /// <summary>As <see cref="IndexOfNonFinite(ReadOnlySpan{float})"/>, by the given path.</summary>
    public static int IndexOfNonFinite(ReadOnlySpan<float> values, SimdWidth width) =>
        ElementwiseLoop.IndexOf(values, default(NonFiniteOperator), width);

    private static long CountEqualWidened(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, DType dtype, SimdWidth width)
    {
        Span<float> x = stackalloc float[CompareBlock];
        Span<float> y = stackalloc float[CompareBlock];
        var bytes = dtype.Bytes();
        long count = 0;
        while (!a.IsEmpty)
        {
            var length = Math.Min(CompareBlock, a.Length / bytes);
            Widening.ToSingle(a[..(length * bytes)], dtype, x[..length], width);
            Widening.ToSingle(b[..(length * bytes)], dtype, y[..length], width);
            count += CountEqual(x[..length], y[..length], width);
            a = a[(length * bytes)..];
            b = b[(length * bytes)..];
        }

        return count;
    }

    // float32 would call different float64 equal.
    private static long CountEqualDoubles(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        long count = 0;
        while (!a.IsEmpty)
        {
            if (MemoryMarshal.Read<double>(a) == MemoryMarshal.Read<double>(b))
                count++;
            a = a[sizeof(double)..];
            b = b[sizeof(double)..];
        }

        return count;
    }
}
