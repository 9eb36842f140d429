using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Tests.Methods;

/// <summary>Distances between numbers of a dtype, in numbers of that dtype.</summary>
internal static class LastPlaces
{
    /// <summary>How many steps from one number to its neighbour lie between two numbers of a dtype.</summary>
    public static long Between(float a, float b, DType dtype) => Math.Abs(Place(a, dtype) - Place(b, dtype));

    private static long Place(float value, DType dtype)
    {
        var bits = dtype switch
        {
            DType.BF16 => BitConverter.SingleToUInt32Bits(value) >> 16,
            DType.F16 => BitConverter.HalfToUInt16Bits((Half)value),
            _ => BitConverter.SingleToUInt32Bits(value),
        };
        var width = dtype is DType.BF16 or DType.F16 ? 15 : 31;
        var magnitude = (long)(bits & ((1u << width) - 1));
        return (bits >> width) == 0 ? magnitude : -magnitude;
    }
}
