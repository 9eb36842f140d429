using System.Runtime.CompilerServices;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels.Formats;

/// <summary>float32, in which kernels compute.</summary>
internal readonly struct SingleFormat : IFloatFormat
{
    /// <inheritdoc/>
    public static int Bytes => 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(ref readonly byte source)
        where TLanes : struct, ILanes<TLanes> => TLanes.LoadSingle(in source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes>(TLanes value, ref byte destination)
        where TLanes : struct, ILanes<TLanes> => TLanes.StoreSingle(Round(value), ref destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes StoreRounded<TLanes>(TLanes value, ref byte destination)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes.StoreSingle(value, ref destination);
        return value;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Round<TLanes>(TLanes value)
        where TLanes : struct, ILanes<TLanes> => CanonicalNaN.Where(value, CanonicalNaN.Single, value);
}

/// <summary>float64: rounded to float32 when read, exact when written.</summary>
internal readonly struct DoubleFormat : IFloatFormat
{
    /// <inheritdoc/>
    public static int Bytes => 8;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(ref readonly byte source)
        where TLanes : struct, ILanes<TLanes> => TLanes.LoadDouble(in source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes>(TLanes value, ref byte destination)
        where TLanes : struct, ILanes<TLanes> => TLanes.StoreDouble(Round(value), ref destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes StoreRounded<TLanes>(TLanes value, ref byte destination)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes.StoreDouble(value, ref destination);
        return value;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Round<TLanes>(TLanes value)
        where TLanes : struct, ILanes<TLanes> => CanonicalNaN.Where(value, CanonicalNaN.Single, value);
}
