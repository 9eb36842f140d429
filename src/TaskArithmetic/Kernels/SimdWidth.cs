using System.Runtime.Intrinsics;

namespace TaskArithmetic.Kernels;

/// <summary>How many bits a kernel handles at once. Every width gives the same bits; only speed differs.</summary>
internal enum SimdWidth
{
    /// <summary>One element at a time.</summary>
    Scalar,

    /// <summary>Four float32: SSE, NEON.</summary>
    Vector128,

    /// <summary>Eight float32: AVX2.</summary>
    Vector256,

    /// <summary>Sixteen float32: AVX-512.</summary>
    Vector512,
}

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
