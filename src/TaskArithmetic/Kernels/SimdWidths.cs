using System.Runtime.Intrinsics;

namespace TaskArithmetic.Kernels;

/// <summary>Chooses the width that kernels use on this machine.</summary>
internal static class SimdWidths
{
    /// <summary>The widest path that the hardware runs natively; decided once, constant to the JIT.</summary>
    public static readonly SimdWidth Widest =
        Vector512.IsHardwareAccelerated ? SimdWidth.Vector512
        : Vector256.IsHardwareAccelerated ? SimdWidth.Vector256
        : Vector128.IsHardwareAccelerated ? SimdWidth.Vector128
        : SimdWidth.Scalar;
}
