using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Formats;

/// <summary>
/// The one NaN that is ever written. Which payload and sign an operation on NaN yields depends on the processor
/// (x86 makes a negative default NaN, Arm a positive one) and on the operand order the JIT picks, so keeping them
/// would make the bytes of a merge depend on the machine.
/// </summary>
internal static class CanonicalNaN
{
    /// <summary>As float32 bits.</summary>
    public const uint Single = 0x7FC0_0000;

    /// <summary>As bfloat16 bits.</summary>
    public const uint BFloat16 = 0x7FC0;

    /// <summary>As float16 bits.</summary>
    public const uint Half = 0x7E00;

    /// <summary>Replaces <paramref name="result"/> by the given bits wherever <paramref name="value"/> is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Where<TLanes>(TLanes value, uint nan, TLanes result)
        where TLanes : struct, ILanes<TLanes> =>
        TLanes.Select(TLanes.AreEqual(value, value), result, TLanes.CreateBits(nan));
}
