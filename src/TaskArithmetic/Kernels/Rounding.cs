using TaskArithmetic.Kernels.Formats;
using TaskArithmetic.Kernels.Operators;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Kernels;

/// <summary>The rounding R(·) that mergekit precision applies after every element-wise operation.</summary>
internal static class Rounding
{
    /// <summary>
    /// Rounds in place to BF16 or F16, to nearest even; NaN becomes the positive quiet NaN. F32 is left as it is, and
    /// so is F64: every operation computes in float32, whose values float64 holds exactly. A mergekit merge with
    /// <c>dtype: float64</c> therefore has float32 precision here.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The dtype is not mergeable.</exception>
    public static void ToPrecision(Span<float> values, DType dtype) => ToPrecision(values, dtype, SimdWidths.Widest);

    /// <summary>As <see cref="ToPrecision(Span{float}, DType)"/>, by the given path.</summary>
    public static void ToPrecision(Span<float> values, DType dtype, SimdWidth width)
    {
        switch (dtype)
        {
            case DType.BF16: ElementwiseLoop.Apply(values, values, values, default(RoundOperator<BFloat16Format>), width); break;
            case DType.F16: ElementwiseLoop.Apply(values, values, values, default(RoundOperator<HalfFormat>), width); break;
            case DType.F32 or DType.F64: break;
            default: throw Widening.NotMergeable(dtype);
        }
    }
}
