using TaskArithmetic.Kernels.Formats;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Kernels;

/// <summary>Reads the elements of a tensor as float32.</summary>
internal static class Widening
{
    /// <summary>
    /// Reads <paramref name="destination"/>.Length little-endian elements. BF16, F16 (subnormals included) and F32
    /// are exact; F64 is rounded to nearest even, to infinity beyond float32. The source may have any alignment.
    /// </summary>
    /// <exception cref="ArgumentException">The source does not hold exactly as many elements as the destination.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The dtype is not mergeable.</exception>
    public static void ToSingle(ReadOnlySpan<byte> source, DType dtype, Span<float> destination) =>
        ToSingle(source, dtype, destination, SimdWidths.Widest);

    /// <summary>As <see cref="ToSingle(ReadOnlySpan{byte}, DType, Span{float})"/>, by the given path.</summary>
    public static void ToSingle(ReadOnlySpan<byte> source, DType dtype, Span<float> destination, SimdWidth width)
    {
        switch (dtype)
        {
            case DType.BF16: ConversionLoop.Load<BFloat16Format>(source, destination, width); break;
            case DType.F16: ConversionLoop.Load<HalfFormat>(source, destination, width); break;
            case DType.F32: ConversionLoop.Load<SingleFormat>(source, destination, width); break;
            case DType.F64: ConversionLoop.Load<DoubleFormat>(source, destination, width); break;
            default: throw NotMergeable(dtype);
        }
    }

    /// <summary>The error for a dtype that kernels do not compute with.</summary>
    public static ArgumentOutOfRangeException NotMergeable(DType dtype) =>
        new(nameof(dtype), dtype, "Kernels compute with BF16, F16, F32 and F64 only.");
}
