using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TaskArithmetic.Torch.LanguageModels.Processor;

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
        var row = firstRow;
        for (; row + RowTile <= endRow; row += RowTile)
        {
            var rows = matrix + row * rowBytes;
            var v = 0;
            for (; v + 4 <= count; v += 4)
            {
                TwoByFour(rows, rowBytes, columns, vectors + (long)v * columns, output + (long)v * stride + row, stride);
                TwoByFour(rows + 2 * rowBytes, rowBytes, columns, vectors + (long)v * columns, output + (long)v * stride + row + 2, stride);
            }
            for (; v + 2 <= count; v += 2)
                FourByTwo(rows, rowBytes, columns, vectors + (long)v * columns, output + (long)v * stride + row, stride);
            if (v < count)
                FourByOne(rows, rowBytes, columns, vectors + (long)v * columns, output + (long)v * stride + row);
        }
        for (; row < endRow; row++)
        {
            for (var v = 0; v < count; v++)
                output[(long)v * stride + row] = Dot(matrix + row * rowBytes, vectors + (long)v * columns, columns);
        }
    }

    private static float Dot(byte* row, float* vector, int columns)
    {
        Vector512<float> even = default, odd = default;
        var i = 0;
        for (; i <= columns - IWeightFormat.BlockSize; i += IWeightFormat.BlockSize)
        {
            TFormat.Load(row + (long)i * TFormat.Bytes, out var first, out var second);
            even = Vector512.FusedMultiplyAdd(first, Vector512.Load(vector + i), even);
            odd = Vector512.FusedMultiplyAdd(second, Vector512.Load(vector + i + 16), odd);
        }
        return Finish(even, odd, row, vector, i, columns);
    }

    private static void FourByOne(byte* rows, long rowBytes, int columns, float* x, float* output)
    {
        byte* r1 = rows + rowBytes, r2 = r1 + rowBytes, r3 = r2 + rowBytes;
        Vector512<float> e0 = default, o0 = default, e1 = default, o1 = default, e2 = default, o2 = default, e3 = default, o3 = default;
        var i = 0;
        for (; i <= columns - IWeightFormat.BlockSize; i += IWeightFormat.BlockSize)
        {
            var at = (long)i * TFormat.Bytes;
            var even = Vector512.Load(x + i);
            var odd = Vector512.Load(x + i + 16);
            Accumulate(rows + at, even, odd, ref e0, ref o0);
            Accumulate(r1 + at, even, odd, ref e1, ref o1);
            Accumulate(r2 + at, even, odd, ref e2, ref o2);
            Accumulate(r3 + at, even, odd, ref e3, ref o3);
        }
        output[0] = Finish(e0, o0, rows, x, i, columns);
        output[1] = Finish(e1, o1, r1, x, i, columns);
        output[2] = Finish(e2, o2, r2, x, i, columns);
        output[3] = Finish(e3, o3, r3, x, i, columns);
    }

    private static void FourByTwo(byte* rows, long rowBytes, int columns, float* x, float* output, int stride)
    {
        byte* r1 = rows + rowBytes, r2 = r1 + rowBytes, r3 = r2 + rowBytes;
        var y = x + columns;
        Vector512<float> e0 = default, o0 = default, e1 = default, o1 = default, e2 = default, o2 = default, e3 = default, o3 = default;
        Vector512<float> f0 = default, p0 = default, f1 = default, p1 = default, f2 = default, p2 = default, f3 = default, p3 = default;
        var i = 0;
        for (; i <= columns - IWeightFormat.BlockSize; i += IWeightFormat.BlockSize)
        {
            var at = (long)i * TFormat.Bytes;
            Vector512<float> even = Vector512.Load(x + i), odd = Vector512.Load(x + i + 16);
            Vector512<float> evenY = Vector512.Load(y + i), oddY = Vector512.Load(y + i + 16);
            Accumulate(rows + at, even, odd, evenY, oddY, ref e0, ref o0, ref f0, ref p0);
            Accumulate(r1 + at, even, odd, evenY, oddY, ref e1, ref o1, ref f1, ref p1);
            Accumulate(r2 + at, even, odd, evenY, oddY, ref e2, ref o2, ref f2, ref p2);
            Accumulate(r3 + at, even, odd, evenY, oddY, ref e3, ref o3, ref f3, ref p3);
        }
        output[0] = Finish(e0, o0, rows, x, i, columns);
        output[1] = Finish(e1, o1, r1, x, i, columns);
        output[2] = Finish(e2, o2, r2, x, i, columns);
        output[3] = Finish(e3, o3, r3, x, i, columns);
        output += stride;
        output[0] = Finish(f0, p0, rows, y, i, columns);
        output[1] = Finish(f1, p1, r1, y, i, columns);
        output[2] = Finish(f2, p2, r2, y, i, columns);
        output[3] = Finish(f3, p3, r3, y, i, columns);
    }

    private static void TwoByFour(byte* rows, long rowBytes, int columns, float* x, float* output, int stride)
    {
        var r1 = rows + rowBytes;
        float* x1 = x + columns, x2 = x1 + columns, x3 = x2 + columns;
        Vector512<float> e0 = default, o0 = default, e1 = default, o1 = default, e2 = default, o2 = default, e3 = default, o3 = default;
        Vector512<float> f0 = default, p0 = default, f1 = default, p1 = default, f2 = default, p2 = default, f3 = default, p3 = default;
        var i = 0;
        for (; i <= columns - IWeightFormat.BlockSize; i += IWeightFormat.BlockSize)
        {
            var at = (long)i * TFormat.Bytes;
            TFormat.Load(rows + at, out var even, out var odd);
            TFormat.Load(r1 + at, out var even1, out var odd1);
            Accumulate(x + i, even, odd, even1, odd1, ref e0, ref o0, ref f0, ref p0);
            Accumulate(x1 + i, even, odd, even1, odd1, ref e1, ref o1, ref f1, ref p1);
            Accumulate(x2 + i, even, odd, even1, odd1, ref e2, ref o2, ref f2, ref p2);
            Accumulate(x3 + i, even, odd, even1, odd1, ref e3, ref o3, ref f3, ref p3);
        }
        Put(output, Finish(e0, o0, rows, x, i, columns), Finish(f0, p0, r1, x, i, columns));
        Put(output + stride, Finish(e1, o1, rows, x1, i, columns), Finish(f1, p1, r1, x1, i, columns));
        Put(output + 2L * stride, Finish(e2, o2, rows, x2, i, columns), Finish(f2, p2, r1, x2, i, columns));
        Put(output + 3L * stride, Finish(e3, o3, rows, x3, i, columns), Finish(f3, p3, r1, x3, i, columns));
    }

    private static void Put(float* output, float first, float second)
    {
        output[0] = first;
        output[1] = second;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(byte* block, Vector512<float> x, Vector512<float> xOdd, ref Vector512<float> even, ref Vector512<float> odd)
    {
        TFormat.Load(block, out var first, out var second);
        even = Vector512.FusedMultiplyAdd(first, x, even);
        odd = Vector512.FusedMultiplyAdd(second, xOdd, odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(
        byte* block, Vector512<float> x, Vector512<float> xOdd, Vector512<float> y, Vector512<float> yOdd,
        ref Vector512<float> evenX, ref Vector512<float> oddX, ref Vector512<float> evenY, ref Vector512<float> oddY)
    {
        TFormat.Load(block, out var first, out var second);
        evenX = Vector512.FusedMultiplyAdd(first, x, evenX);
        oddX = Vector512.FusedMultiplyAdd(second, xOdd, oddX);
        evenY = Vector512.FusedMultiplyAdd(first, y, evenY);
        oddY = Vector512.FusedMultiplyAdd(second, yOdd, oddY);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(
        float* x, Vector512<float> even, Vector512<float> odd, Vector512<float> even1, Vector512<float> odd1,
        ref Vector512<float> e, ref Vector512<float> o, ref Vector512<float> f, ref Vector512<float> p)
    {
        var xEven = Vector512.Load(x);
        var xOdd = Vector512.Load(x + 16);
        e = Vector512.FusedMultiplyAdd(even, xEven, e);
        o = Vector512.FusedMultiplyAdd(odd, xOdd, o);
        f = Vector512.FusedMultiplyAdd(even1, xEven, f);
        p = Vector512.FusedMultiplyAdd(odd1, xOdd, p);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Finish(Vector512<float> even, Vector512<float> odd, byte* row, float* vector, int from, int columns)
    {
        var sum = Vector512.Sum(even + odd);
        for (var i = from; i < columns; i++)
            sum = MathF.FusedMultiplyAdd(TFormat.Load(row + (long)i * TFormat.Bytes), vector[i], sum);
        return sum;
    }
}
