using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TaskArithmetic.Kernels.Lanes;
using TaskArithmetic.Kernels.Operators;

namespace TaskArithmetic.Kernels;

/// <summary>
/// Work on magnitudes as integers: the bits of a float32 without its sign, which order like the absolute values. NaN come after infinity.
/// </summary>
internal static class Magnitudes
{
    /// <summary>All bits but the sign.</summary>
    public const uint Mask = MagnitudeOperator.Mask;

    /// <summary>The integer of one value's magnitude.</summary>
    public static uint Of(float value) => BitConverter.SingleToUInt32Bits(value) & Mask;

    /// <summary>Copies what lies in a band of magnitudes, both ends included, and writes +0 for the rest.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void KeepBand(ReadOnlySpan<float> source, uint low, uint high, Span<float> destination) =>
        KeepBand(source, low, high, destination, SimdWidths.Widest);

    /// <summary>As <see cref="KeepBand(ReadOnlySpan{float}, uint, uint, Span{float})"/>, by the given path.</summary>
    public static void KeepBand(ReadOnlySpan<float> source, uint low, uint high, Span<float> destination, SimdWidth width) =>
        ElementwiseLoop.Apply(destination, source, source, new KeepBandOperator(low, high), width);

    /// <summary>destination ← |v|.</summary>
    public static void Take(ReadOnlySpan<float> v, Span<float> destination) => ElementwiseLoop.Apply(destination, v, v, default(MagnitudeOperator), SimdWidths.Widest);

    /// <summary>Number of elements in a band of magnitudes, both ends included.</summary>
    public static long CountBand(ReadOnlySpan<float> values, uint low, uint high) =>
        ElementwiseLoop.Count(values, values, values, new InBandOperator(low, high), SimdWidths.Widest);

    /// <summary>The integer of the largest magnitude; 0 where there are no elements.</summary>
    public static uint Largest(ReadOnlySpan<float> values)
    {
        var bits = MemoryMarshal.Cast<float, uint>(values);
        var largest = Vector<uint>.Zero;
        for (; bits.Length >= Vector<uint>.Count; bits = bits[Vector<uint>.Count..])
            largest = Vector.Max(largest, new Vector<uint>(bits) & new Vector<uint>(Mask));
        var single = 0u;
        for (var lane = 0; lane < Vector<uint>.Count; lane++)
            single = Math.Max(single, largest[lane]);
        foreach (var value in bits)
            single = Math.Max(single, value & Mask);
        return single;
    }

    /// <summary>Number of elements whose magnitude is smaller.</summary>
    /// <param name="values">The elements.</param>
    /// <param name="limit">Bits of the magnitude that is the first not to count.</param>
    public static int CountBelow(ReadOnlySpan<float> values, uint limit) => SimdWidths.Widest switch
    {
        SimdWidth.Vector512 => CountBelow<Lanes512>(values, limit),
        SimdWidth.Vector256 => CountBelow<Lanes256>(values, limit),
        SimdWidth.Vector128 => CountBelow<Lanes128>(values, limit),
        _ => CountBelow<Lanes1>(values, limit),
    };

    /// <summary>Writes the indices of the elements in a band of magnitudes, both ends included, in ascending order, and returns their number.</summary>
    /// <param name="values">The elements.</param>
    /// <param name="low">Bits of the smallest magnitude inside.</param>
    /// <param name="high">Bits of the largest magnitude inside.</param>
    /// <param name="indices">As many places as there are elements.</param>
    public static int IndicesOfBand(ReadOnlySpan<float> values, uint low, uint high, Span<int> indices) => SimdWidths.Widest switch
    {
        SimdWidth.Vector512 => IndicesOfBand<Lanes512>(values, low, high, indices),
        SimdWidth.Vector256 => IndicesOfBand<Lanes256>(values, low, high, indices),
        SimdWidth.Vector128 => IndicesOfBand<Lanes128>(values, low, high, indices),
        _ => IndicesOfBand<Lanes1>(values, low, high, indices),
    };

    /// <summary>
    /// Counts magnitudes by their leading bits: element m adds one to bin <c>(m &gt;&gt; shift) − first</c>, or to the first or last bin
    /// where that lies outside. Elements take turns between two tables of equal length, as neighbours of one bin would wait for each other.
    /// </summary>
    public static void Count(ReadOnlySpan<float> values, int shift, uint first, Span<uint> bins, Span<uint> others)
    {
        if (first == 0 && (Mask >> shift) < (uint)bins.Length)
            CountAll(MemoryMarshal.Cast<float, uint>(values), shift, bins, others[..bins.Length]);
        else
            CountClamped(MemoryMarshal.Cast<float, uint>(values), shift, first, bins, others[..bins.Length]);
    }

    /// <summary>Sets bit n of <paramref name="bits"/> for every element n of this magnitude; other bits stay as they are.</summary>
    /// <param name="values">The elements.</param>
    /// <param name="magnitude">Bits of the magnitude.</param>
    /// <param name="bits">A bit for each element, or more.</param>
    public static void Mark(ReadOnlySpan<float> values, uint magnitude, Span<ulong> bits) => Mark(values, magnitude, bits, SimdWidths.Widest);

    /// <summary>As <see cref="Mark(ReadOnlySpan{float}, uint, Span{ulong})"/>, by the given path.</summary>
    public static void Mark(ReadOnlySpan<float> values, uint magnitude, Span<ulong> bits, SimdWidth width)
    {
        switch (width)
        {
            case SimdWidth.Vector512: Mark<Lanes512>(values, magnitude, bits); break;
            case SimdWidth.Vector256: Mark<Lanes256>(values, magnitude, bits); break;
            case SimdWidth.Vector128: Mark<Lanes128>(values, magnitude, bits); break;
            default: Mark<Lanes1>(values, magnitude, bits); break;
        }
    }

    /// <summary>The usual case: every key has its bin.</summary>
    private static void CountAll(ReadOnlySpan<uint> bits, int shift, Span<uint> bins, Span<uint> others)
    {
        var i = 0;
        for (; i + 1 < bits.Length; i += 2)
        {
            bins[(int)((bits[i] & Mask) >> shift)]++;
            others[(int)((bits[i + 1] & Mask) >> shift)]++;
        }
        if (i < bits.Length)
            bins[(int)((bits[i] & Mask) >> shift)]++;
    }

    private static void CountClamped(ReadOnlySpan<uint> bits, int shift, uint first, Span<uint> bins, Span<uint> others)
    {
        var last = bins.Length - 1;
        var i = 0;
        for (; i + 1 < bits.Length; i += 2)
        {
            bins[BinOf(bits[i], shift, first, last)]++;
            others[BinOf(bits[i + 1], shift, first, last)]++;
        }
        if (i < bits.Length)
            bins[BinOf(bits[i], shift, first, last)]++;
    }

    /// <summary>The key less the first, held within 0 and last without a branch, which zeros among others would make a random one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int BinOf(uint bits, int shift, uint first, int last)
    {
        var key = (int)((bits & Mask) >> shift) - (int)first;
        var beyond = (key & ~(key >> 31)) - last;
        return last + (beyond & (beyond >> 31));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int CountBelow<TLanes>(ReadOnlySpan<float> values, uint limit)
        where TLanes : struct, ILanes<TLanes>
    {
        var bound = TLanes.CreateBits(limit);
        var mask = TLanes.CreateBits(Mask);
        ref var first = ref MemoryMarshal.GetReference(values);
        var (even, odd) = (TLanes.CreateBits(0), TLanes.CreateBits(0));
        var i = 0;
        // A lane that is set is −1: subtracting masks counts without leaving the register.
        for (; i <= values.Length - (2 * TLanes.Count); i += 2 * TLanes.Count)
        {
            even = TLanes.SubtractBits(even, TLanes.LessThanBits(TLanes.Load(in Unsafe.Add(ref first, i)) & mask, bound));
            odd = TLanes.SubtractBits(odd, TLanes.LessThanBits(TLanes.Load(in Unsafe.Add(ref first, i + TLanes.Count)) & mask, bound));
        }
        Span<float> lanes = stackalloc float[TLanes.Count];
        TLanes.Store(TLanes.AddBits(even, odd), ref lanes[0]);
        var count = 0;
        foreach (var lane in MemoryMarshal.Cast<float, int>(lanes))
            count += lane;
        for (; i < values.Length; i++)
            count += Of(values[i]) < limit ? 1 : 0;
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mark<TLanes>(ReadOnlySpan<float> values, uint magnitude, Span<ulong> bits)
        where TLanes : struct, ILanes<TLanes>
    {
        var only = new InBandOperator(magnitude, magnitude);
        ref var first = ref MemoryMarshal.GetReference(values);
        var i = 0;
        // A word holds whole registers of every width.
        for (; i <= values.Length - 64; i += 64)
        {
            var word = 0UL;
            for (var lane = 0; lane < 64; lane += TLanes.Count)
            {
                var run = TLanes.Load(in Unsafe.Add(ref first, i + lane));
                word |= (ulong)TLanes.BitsSet(only.Invoke(run, run, run)) << lane;
            }
            bits[i >> 6] |= word;
        }
        for (; i < values.Length; i++)
        {
            if (Of(values[i]) == magnitude)
                bits[i >> 6] |= 1UL << (i & 63);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int IndicesOfBand<TLanes>(ReadOnlySpan<float> values, uint low, uint high, Span<int> indices)
        where TLanes : struct, ILanes<TLanes>
    {
        var inBand = new InBandOperator(low, high);
        ref var first = ref MemoryMarshal.GetReference(values);
        var count = 0;
        var i = 0;
        for (; i <= values.Length - TLanes.Count; i += TLanes.Count)
        {
            var run = TLanes.Load(in Unsafe.Add(ref first, i));
            // Bands are narrow: most registers hold nothing of them.
            for (var inside = TLanes.BitsSet(inBand.Invoke(run, run, run)); inside != 0; inside &= inside - 1)
                indices[count++] = i + BitOperations.TrailingZeroCount(inside);
        }
        for (; i < values.Length; i++)
        {
            if (Of(values[i]) is var magnitude && magnitude >= low && magnitude <= high)
                indices[count++] = i;
        }
        return count;
    }
}
