

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
