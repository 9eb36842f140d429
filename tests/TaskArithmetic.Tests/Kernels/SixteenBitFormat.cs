namespace TaskArithmetic.Tests.Kernels;

/// <summary>
/// A 16-bit float format by its definition, sign · significand · 2^exponent, with rounding by search for the nearest
/// value: slow, and nothing in common with the shifts and carries of the kernels.
/// </summary>
internal sealed class SixteenBitFormat
{
    public static readonly SixteenBitFormat BFloat16 = new(significandBits: 7, bias: 127);
    public static readonly SixteenBitFormat Half = new(significandBits: 10, bias: 15);

    private readonly double[] _magnitudes;
    private readonly double _beyondLargest;

    private SixteenBitFormat(int significandBits, int bias)
    {
        Infinity = (ushort)(0x8000 - (1 << significandBits));
        _magnitudes = new double[Infinity];
        for (var bits = 0; bits < Infinity; bits++)
        {
            var exponent = bits >> significandBits;
            var significand = bits & ((1 << significandBits) - 1);
            if (exponent > 0)
                significand += 1 << significandBits;
            _magnitudes[bits] = Math.ScaleB(significand, Math.Max(exponent, 1) - bias - significandBits);
        }

        _beyondLargest = Math.ScaleB(1, (Infinity >> significandBits) - bias);
        NaN = (ushort)(Infinity | (1 << (significandBits - 1)));
    }

    public ushort Infinity { get; }

    public ushort NaN { get; }

    /// <summary>Finite magnitudes in ascending order; the index is the bit pattern.</summary>
    public ReadOnlySpan<double> Magnitudes => _magnitudes;

    /// <summary>The value beyond the finite ones, at which the halfway case to infinity is measured.</summary>
    public double BeyondLargest => _beyondLargest;

    public float Value(ushort bits)
    {
        var magnitude = bits & 0x7FFF;
        var value = magnitude > Infinity ? double.NaN : magnitude == Infinity ? double.PositiveInfinity : _magnitudes[magnitude];
        return (float)(bits >= 0x8000 ? -value : value);
    }

    public ushort Round(float value)
    {
        if (float.IsNaN(value))
            return NaN;
        var sign = float.IsNegative(value) ? 0x8000 : 0;
        return (ushort)(sign | NearestMagnitude(Math.Abs((double)value)));
    }

    private int NearestMagnitude(double magnitude)
    {
        if (magnitude >= _beyondLargest)
            return Infinity;
        var found = Array.BinarySearch(_magnitudes, magnitude);
        if (found >= 0)
            return found;
        var above = ~found;
        var upper = above == Infinity ? _beyondLargest : _magnitudes[above];
        var below = magnitude - _magnitudes[above - 1];
        var distance = (upper - magnitude).CompareTo(below);
        return distance < 0 || (distance == 0 && above % 2 == 0) ? above : above - 1;
    }
}
