using TaskArithmetic.Kernels.Formats;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Kernels;

/// <summary>Writes float32 as the elements of a tensor.</summary>
internal static class Narrowing
{
    /// <summary>
    /// Writes every element little-endian with one rounding, to nearest even: subnormals are kept, what rounds
    /// beyond the largest finite value becomes infinity (in F16 from 65520 on), F32 and F64 are exact. Every NaN
    /// is written as the positive quiet NaN without payload, because which NaN arithmetic yields depends on the
    /// processor. The destination may have any alignment.
    /// </summary>
    /// <exception cref="ArgumentException">The destination does not hold exactly as many elements as the source.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The dtype is not mergeable.</exception>
    public static void FromSingle(ReadOnlySpan<float> source, DType dtype, Span<byte> destination) =>
        FromSingle(source, dtype, destination, SimdWidths.Widest);

    /// <summary>As <see cref="FromSingle(ReadOnlySpan{float}, DType, Span{byte})"/>, by the given path.</summary>
    public static void FromSingle(ReadOnlySpan<float> source, DType dtype, Span<byte> destination, SimdWidth width)
    {
        switch (dtype)
        {
            case DType.BF16: ConversionLoop.Store<BFloat16Format>(source, destination, width); break;
            case DType.F16: ConversionLoop.Store<HalfFormat>(source, destination, width); break;
            case DType.F32: ConversionLoop.Store<SingleFormat>(source, destination, width); break;
            case DType.F64: ConversionLoop.Store<DoubleFormat>(source, destination, width); break;
            default: throw Widening.NotMergeable(dtype);
        }
    }
}
