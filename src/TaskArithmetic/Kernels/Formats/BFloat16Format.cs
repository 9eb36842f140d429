using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Formats;

/// <summary>bfloat16: the upper half of a float32.</summary>
internal readonly struct BFloat16Format : IFloatFormat
{
    /// <inheritdoc/>
    public static int Bytes => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(ref readonly byte source)
        where TLanes : struct, ILanes<TLanes> => TLanes.LoadUInt16(in source) << 16;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes>(TLanes value, ref byte destination)
        where TLanes : struct, ILanes<TLanes> =>
        TLanes.StoreUInt16(CanonicalNaN.Where(value, CanonicalNaN.BFloat16, RoundUpperHalf(value) >>> 16), ref destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes StoreRounded<TLanes>(TLanes value, ref byte destination)
        where TLanes : struct, ILanes<TLanes>
    {
        // The default NaN of every processor has only the quiet bit set, so the carry cannot make a number of it.
        var rounded = RoundUpperHalf(value);
        TLanes.StoreUInt16(rounded >>> 16, ref destination);
        return rounded & TLanes.CreateBits(0xFFFF_0000);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Round<TLanes>(TLanes value)
        where TLanes : struct, ILanes<TLanes> =>
        CanonicalNaN.Where(value, CanonicalNaN.Single, RoundUpperHalf(value) & TLanes.CreateBits(0xFFFF_0000));

    // Adding just under half a unit, plus the unit's own lowest bit, carries into the upper half exactly when nearest
    // even rounds up. A carry out of the significand raises the exponent, which is right too, up to infinity.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes RoundUpperHalf<TLanes>(TLanes value)
        where TLanes : struct, ILanes<TLanes> =>
        TLanes.AddBits(value, TLanes.AddBits(TLanes.CreateBits(0x7FFF), (value >>> 16) & TLanes.CreateBits(1)));
}
