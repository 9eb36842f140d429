using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>
/// Products of a stored matrix with a few vectors, at the speed at which memory delivers the matrix. Every product
/// of a row and a vector is summed in the same order, however many vectors there are: the even and the odd half-blocks
/// in one accumulator each, then the lanes, then the rest. So a vector's result does not depend on those beside it.
/// </summary>
/// <typeparam name="TFormat">How the matrix is stored.</typeparam>
internal static unsafe class MatrixKernel<TFormat>
    where TFormat : struct, IWeightFormat
{
    /// <summary>Rows that are multiplied together; partitions should begin at multiples of it.</summary>
    public const int RowTile = 4;

    private const int CacheLine = 64;

    /// <summary>Columns from which four vectors do not stay in the nearest cache.</summary>
    private const int LongRow = 2048;

    private const int Half = IWeightFormat.BlockSize / 2;

    private static int BlockBytes => IWeightFormat.BlockSize * TFormat.Bytes;

    /// <summary>output[v, r] = matrix[r, :]·vectors[v, :] for a range of rows.</summary>
    /// <param name="matrix">[rows, columns], row-major.</param>
    /// <param name="columns">Columns, which is also the stride of <paramref name="vectors"/>.</param>
    /// <param name="vectors">[count, columns], each in the format's arrangement.</param>
    /// <param name="count">Number of vectors.</param>
    /// <param name="firstRow">First row of the range.</param>
    /// <param name="endRow">One past its last row.</param>
    /// <param name="output">[count, stride].</param>
    /// <param name="stride">Distance between the outputs of two vectors.</param>
    public static void Multiply(byte* matrix, int columns, float* vectors, int count, int firstRow, int endRow, float* output, int stride)
    {
        var rowBytes = (long)columns * TFormat.Bytes;
        for (var first = firstRow; first < endRow; first += RowTile)
        {
            var end = Math.Min(first + RowTile, endRow);
            var v = 0;
            for (; v + 4 <= count; v += 4)
                MultiplyFour(matrix, rowBytes, columns, vectors + (long)v * columns, first, end, output + (long)v * stride, stride, pairs: count >= 8 || columns > LongRow);
            for (; v + 2 <= count; v += 2)
            {
                for (var row = first; row < end; row++)
                    Two(matrix + row * rowBytes, columns, vectors + (long)v * columns, output + (long)v * stride + row, stride);
            }
            for (var row = first; v < count && row < end; row++)
                One(matrix + row * rowBytes, columns, vectors + (long)v * columns, output + (long)v * stride + row);
        }
    }

    /// <summary>Many vectors are bound by arithmetic and by reading the vectors, which two rows at a time halve.</summary>
    private static void MultiplyFour(
        byte* matrix, long rowBytes, int columns, float* vectors, int first, int end, float* output, int stride, bool pairs)
    {
        var row = first;
        for (; pairs && row + 2 <= end; row += 2)
            TwoByFour(matrix + row * rowBytes, rowBytes, columns, vectors, output + row, stride);
        for (; row < end; row++)
            Four(matrix + row * rowBytes, columns, vectors, output + row, stride);
    }

    // One row at a time: memory delivers a single stream twice as fast as four. The accumulators are locals of their
    // own, touched by no reference, so that they stay in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(byte* row, int columns, float* x, float* output)
    {
        Vector512<float> even = default, odd = default;
        var i = 0;
        for (; i <= columns - IWeightFormat.BlockSize; i += IWeightFormat.BlockSize)
        {
            even = Vector512.FusedMultiplyAdd(TFormat.LoadFirst(row), Vector512.Load(x + i), even);
            odd = Vector512.FusedMultiplyAdd(TFormat.LoadSecond(row), Vector512.Load(x + i + Half), odd);
            row += BlockBytes;
        }
        output[0] = Finish(even, odd, row, x, i, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two(byte* row, int columns, float* x0, float* output, int stride)
    {
        float* x1 = x0 + columns;
        Vector512<float> e0 = default, o0 = default, e1 = default, o1 = default;
        var i = 0;
        for (; i <= columns - IWeightFormat.BlockSize; i += IWeightFormat.BlockSize)
        {
            Vector512<float> first = TFormat.LoadFirst(row), second = TFormat.LoadSecond(row);
            e0 = Vector512.FusedMultiplyAdd(first, Vector512.Load(x0 + i), e0);
            o0 = Vector512.FusedMultiplyAdd(second, Vector512.Load(x0 + i + Half), o0);
            e1 = Vector512.FusedMultiplyAdd(first, Vector512.Load(x1 + i), e1);
            o1 = Vector512.FusedMultiplyAdd(second, Vector512.Load(x1 + i + Half), o1);
            row += BlockBytes;
        }
        output[0] = Finish(e0, o0, row, x0, i, columns);
        output[stride] = Finish(e1, o1, row, x1, i, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(byte* row, int columns, float* x0, float* output, int stride)
    {
        float* x1 = x0 + columns, x2 = x1 + columns, x3 = x2 + columns;
        Vector512<float> e0 = default, o0 = default, e1 = default, o1 = default, e2 = default, o2 = default, e3 = default, o3 = default;
        var i = 0;
        for (; i <= columns - IWeightFormat.BlockSize; i += IWeightFormat.BlockSize)
        {
            Vector512<float> first = TFormat.LoadFirst(row), second = TFormat.LoadSecond(row);
            e0 = Vector512.FusedMultiplyAdd(first, Vector512.Load(x0 + i), e0);
            o0 = Vector512.FusedMultiplyAdd(second, Vector512.Load(x0 + i + Half), o0);
            e1 = Vector512.FusedMultiplyAdd(first, Vector512.Load(x1 + i), e1);
            o1 = Vector512.FusedMultiplyAdd(second, Vector512.Load(x1 + i + Half), o1);
            e2 = Vector512.FusedMultiplyAdd(first, Vector512.Load(x2 + i), e2);
            o2 = Vector512.FusedMultiplyAdd(second, Vector512.Load(x2 + i + Half), o2);
            e3 = Vector512.FusedMultiplyAdd(first, Vector512.Load(x3 + i), e3);
            o3 = Vector512.FusedMultiplyAdd(second, Vector512.Load(x3 + i + Half), o3);
            row += BlockBytes;
        }
        output[0] = Finish(e0, o0, row, x0, i, columns);
        output[stride] = Finish(e1, o1, row, x1, i, columns);
        output[2L * stride] = Finish(e2, o2, row, x2, i, columns);
        output[3L * stride] = Finish(e3, o3, row, x3, i, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoByFour(byte* r0, long rowBytes, int columns, float* x0, float* output, int stride)
    {
        var ahead = 2 * rowBytes;
        var r1 = r0 + rowBytes;
        float* x1 = x0 + columns, x2 = x1 + columns, x3 = x2 + columns;
        Vector512<float> e0 = default, o0 = default, e1 = default, o1 = default, e2 = default, o2 = default, e3 = default, o3 = default;
        Vector512<float> f0 = default, p0 = default, f1 = default, p1 = default, f2 = default, p2 = default, f3 = default, p3 = default;
        var i = 0;
        for (; i <= columns - IWeightFormat.BlockSize; i += IWeightFormat.BlockSize)
        {
            Vector512<float> first0 = TFormat.LoadFirst(r0), second0 = TFormat.LoadSecond(r0);
            Vector512<float> first1 = TFormat.LoadFirst(r1), second1 = TFormat.LoadSecond(r1);
            Vector512<float> even0 = Vector512.Load(x0 + i), odd0 = Vector512.Load(x0 + i + Half);
            e0 = Vector512.FusedMultiplyAdd(first0, even0, e0);
            o0 = Vector512.FusedMultiplyAdd(second0, odd0, o0);
            f0 = Vector512.FusedMultiplyAdd(first1, even0, f0);
            p0 = Vector512.FusedMultiplyAdd(second1, odd0, p0);
            Vector512<float> even1 = Vector512.Load(x1 + i), odd1 = Vector512.Load(x1 + i + Half);
            e1 = Vector512.FusedMultiplyAdd(first0, even1, e1);
            o1 = Vector512.FusedMultiplyAdd(second0, odd1, o1);
            f1 = Vector512.FusedMultiplyAdd(first1, even1, f1);
            p1 = Vector512.FusedMultiplyAdd(second1, odd1, p1);
            Vector512<float> even2 = Vector512.Load(x2 + i), odd2 = Vector512.Load(x2 + i + Half);
            e2 = Vector512.FusedMultiplyAdd(first0, even2, e2);
            o2 = Vector512.FusedMultiplyAdd(second0, odd2, o2);
            f2 = Vector512.FusedMultiplyAdd(first1, even2, f2);
            p2 = Vector512.FusedMultiplyAdd(second1, odd2, p2);
            Vector512<float> even3 = Vector512.Load(x3 + i), odd3 = Vector512.Load(x3 + i + Half);
            e3 = Vector512.FusedMultiplyAdd(first0, even3, e3);
            o3 = Vector512.FusedMultiplyAdd(second0, odd3, o3);
            f3 = Vector512.FusedMultiplyAdd(first1, even3, f3);
            p3 = Vector512.FusedMultiplyAdd(second1, odd3, p3);
            Prefetch(r0 + ahead, r1 + ahead);
            r0 += BlockBytes;
            r1 += BlockBytes;
        }
        output[0] = Finish(e0, o0, r0, x0, i, columns);
        output[1] = Finish(f0, p0, r1, x0, i, columns);
        output += stride;
        output[0] = Finish(e1, o1, r0, x1, i, columns);
        output[1] = Finish(f1, p1, r1, x1, i, columns);
        output += stride;
        output[0] = Finish(e2, o2, r0, x2, i, columns);
        output[1] = Finish(f2, p2, r1, x2, i, columns);
        output += stride;
        output[0] = Finish(e3, o3, r0, x3, i, columns);
        output[1] = Finish(f3, p3, r1, x3, i, columns);
    }

    /// <summary>
    /// Asks for the blocks of the next two rows: left to itself the processor waits for memory where rows begin. A
    /// prefetch beyond the matrix does nothing.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(byte* first, byte* second)
    {
        if (!Sse.IsSupported)
            return;
        Sse.Prefetch0(first);
        Sse.Prefetch0(second);
        if (TFormat.Bytes > sizeof(ushort))
        {
            Sse.Prefetch0(first + CacheLine);
            Sse.Prefetch0(second + CacheLine);
        }
    }

    /// <summary>Adds the lanes and the columns behind the last whole block, whose weights begin at <paramref name="rest"/>.</summary>
    private static float Finish(Vector512<float> even, Vector512<float> odd, byte* rest, float* x, int from, int columns)
    {
        var sum = Vector512.Sum(even + odd);
        for (var i = from; i < columns; i++, rest += TFormat.Bytes)
            sum = MathF.FusedMultiplyAdd(TFormat.Load(rest), x[i], sum);
        return sum;
    }
}
