using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Formats;

/// <summary>
/// IEEE 754 half precision, converted with integer lanes: no instruction set that .NET exposes converts it, and the
/// same operations on every width give the same bits.
/// </summary>
internal readonly struct HalfFormat : IFloatFormat
{
    private const int DroppedBits = 23 - 10;
    private const uint BiasDifference = (127 - 15) << 23;
    private const uint SmallestNormal = (127 - 14) << 23;

    // 2^16 as float32: the first power of two beyond half precision, where its rounded infinity lies.
    private const uint BeyondLargest = (127 + 16) << 23;
    private const uint SignMask = 0x8000_0000;

    /// <inheritdoc/>
    public static int Bytes => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(ref readonly byte source)
        where TLanes : struct, ILanes<TLanes> => Widen(TLanes.LoadUInt16(in source));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes>(TLanes value, ref byte destination)
        where TLanes : struct, ILanes<TLanes> => TLanes.StoreUInt16(Narrow(value), ref destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes StoreRounded<TLanes>(TLanes value, ref byte destination)
        where TLanes : struct, ILanes<TLanes>
    {
        var narrowed = Narrow(value);
        TLanes.StoreUInt16(narrowed, ref destination);
        return Widen(narrowed);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Round<TLanes>(TLanes value)
        where TLanes : struct, ILanes<TLanes> => Widen(Narrow(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Widen<TLanes>(TLanes half)
        where TLanes : struct, ILanes<TLanes>
    {
        var magnitude = (half & TLanes.CreateBits(0x7FFF)) << DroppedBits;
        var normal = TLanes.AddBits(magnitude, TLanes.CreateBits(BiasDifference));

        // The biases differ at both ends: exponent 31 (infinity, NaN) has to become 255.
        var special = TLanes.AddBits(normal, TLanes.CreateBits(BiasDifference));

        // A subnormal is its significand put after 2^-14, less 2^-14: exact, and no float32 subnormal on the way.
        var smallestNormal = TLanes.CreateBits(SmallestNormal);
        var subnormal = TLanes.AddBits(magnitude, smallestNormal) - smallestNormal;

        var finite = TLanes.Select(TLanes.LessThanBits(magnitude, TLanes.CreateBits(0x0400 << DroppedBits)), subnormal, normal);
        var widened = TLanes.Select(TLanes.LessThanBits(magnitude, TLanes.CreateBits(0x7C00 << DroppedBits)), finite, special);
        return widened | ((half << 16) & TLanes.CreateBits(SignMask));
    }

    // Half precision bits in the lower 16 of every lane.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Narrow<TLanes>(TLanes value)
        where TLanes : struct, ILanes<TLanes>
    {
        var sign = value & TLanes.CreateBits(SignMask);
        var magnitude = value ^ sign;

        var capped = TLanes.Select(TLanes.LessThanBits(magnitude, TLanes.CreateBits(BeyondLargest)), magnitude, TLanes.CreateBits(BeyondLargest));
        var roundUp = TLanes.AddBits(TLanes.CreateBits((1 << (DroppedBits - 1)) - 1), (capped >>> DroppedBits) & TLanes.CreateBits(1));
        var normal = TLanes.SubtractBits(TLanes.AddBits(capped, roundUp), TLanes.CreateBits(BiasDifference)) >>> DroppedBits;

        // 0.5 has a unit in the last place of 2^-24, that of half precision subnormals: the addition does the rounding.
        var half = TLanes.Create(0.5f);
        var subnormal = TLanes.SubtractBits(magnitude + half, half);

        var narrowed = TLanes.Select(TLanes.LessThanBits(magnitude, TLanes.CreateBits(SmallestNormal)), subnormal, normal);
        return CanonicalNaN.Where(value, CanonicalNaN.Half, narrowed | (sign >>> 16));
    }
}
