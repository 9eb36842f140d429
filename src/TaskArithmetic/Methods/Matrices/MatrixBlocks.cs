using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TaskArithmetic.Methods.Matrices;

/// <summary>
/// Products of a matrix with blocks of eight vectors, in double. Lanes are the vectors of the block, so that no register width and no
/// thread changes the order of a sum.
/// </summary>
internal static class MatrixBlocks
{
    /// <summary>Vectors of a block.</summary>
    public const int Width = 8;

    private const int Half = 4;
    private const int RowsAtATime = 4;

    /// <summary>The transpose of a row-major matrix.</summary>
    /// <param name="matrix">rows × columns values.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    public static float[] Transpose(ReadOnlySpan<float> matrix, int rows, int columns)
    {
        var transposed = new float[matrix.Length];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
                transposed[(j * rows) + i] = matrix[(i * columns) + j];
        }
        return transposed;
    }

    /// <summary><c>A·X</c>.</summary>
    /// <param name="matrix">rows × columns values.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="block">X: columns × 8.</param>
    /// <returns>rows × 8.</returns>
    public static double[] Multiply(ReadOnlySpan<float> matrix, int rows, int columns, double[] block)
    {
        var product = new double[rows * Width];
        var i = 0;
        for (; i + RowsAtATime <= rows; i += RowsAtATime)
            MultiplyRows(matrix.Slice(i * columns, RowsAtATime * columns), columns, block, product.AsSpan(i * Width));
        for (; i < rows; i++)
            MultiplyRow(matrix.Slice(i * columns, columns), block, product.AsSpan(i * Width));
        return product;
    }

    /// <summary><c>Aᵀ·X</c>.</summary>
    /// <param name="matrix">rows × columns values.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="block">X: rows × 8.</param>
    /// <returns>columns × 8.</returns>
    public static double[] MultiplyTransposed(ReadOnlySpan<float> matrix, int rows, int columns, double[] block)
    {
        var product = new double[columns * Width];
        for (var i = 0; i < rows; i++)
        {
            var left = Vector256.Create(block.AsSpan(i * Width, Half));
            var right = Vector256.Create(block.AsSpan((i * Width) + Half, Half));
            ref var target = ref MemoryMarshal.GetArrayDataReference(product);
            var row = matrix.Slice(i * columns, columns);
            for (var j = 0; j < row.Length; j++)
            {
                var value = Vector256.Create((double)row[j]);
                (Vector256.LoadUnsafe(ref target, (nuint)(j * Width)) + (value * left)).StoreUnsafe(ref target, (nuint)(j * Width));
                (Vector256.LoadUnsafe(ref target, (nuint)((j * Width) + Half)) + (value * right)).StoreUnsafe(ref target, (nuint)((j * Width) + Half));
            }
        }
        return product;
    }

    /// <summary><c>A·B</c>, summed in double, rounded once.</summary>
    /// <param name="a">rows × inner values.</param>
    /// <param name="rows">Rows of A.</param>
    /// <param name="inner">Columns of A and rows of B.</param>
    /// <param name="b">inner × columns values.</param>
    /// <param name="columns">Columns of B.</param>
    /// <returns>rows × columns.</returns>
    public static float[] Product(ReadOnlySpan<float> a, int rows, int inner, ReadOnlySpan<float> b, int columns)
    {
        var product = new float[rows * columns];
        var block = new double[inner * Width];
        for (var first = 0; first < columns; first += Width)
        {
            var width = Math.Min(Width, columns - first);
            for (var i = 0; i < inner; i++)
            {
                for (var j = 0; j < width; j++)
                    block[(i * Width) + j] = b[(i * columns) + first + j];
            }
            var part = Multiply(a, rows, inner, block);
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < width; j++)
                    product[(i * columns) + first + j] = (float)part[(i * Width) + j];
            }
        }
        return product;
    }

    /// <summary><c>XᵀY</c>, 8 × 8, of two blocks of equal height.</summary>
    public static double[] Inner(double[] x, double[] y)
    {
        var product = new double[Width * Width];
        for (var i = 0; i < x.Length; i += Width)
        {
            for (var a = 0; a < Width; a++)
            {
                for (var b = 0; b < Width; b++)
                    product[(a * Width) + b] += x[i + a] * y[i + b];
            }
        }
        return product;
    }

    /// <summary><c>target ← target + X·C</c>, with C 8 × 8.</summary>
    public static void AddProduct(double[] target, double[] x, ReadOnlySpan<double> c)
    {
        for (var i = 0; i < x.Length; i += Width)
        {
            for (var a = 0; a < Width; a++)
            {
                var value = x[i + a];
                for (var b = 0; b < Width; b++)
                    target[i + b] += value * c[(a * Width) + b];
            }
        }
    }

    /// <summary>Four rows share every load of the block; each has its own sums.</summary>
    private static void MultiplyRows(ReadOnlySpan<float> rows, int columns, double[] block, Span<double> product)
    {
        ref var first = ref MemoryMarshal.GetReference(rows);
        ref var vectors = ref MemoryMarshal.GetArrayDataReference(block);
        Vector256<double> l0 = default, l1 = default, l2 = default, l3 = default, r0 = default, r1 = default, r2 = default, r3 = default;
        for (var j = 0; j < columns; j++)
        {
            var left = Vector256.LoadUnsafe(ref vectors, (nuint)(j * Width));
            var right = Vector256.LoadUnsafe(ref vectors, (nuint)((j * Width) + Half));
            var a0 = Vector256.Create((double)Unsafe.Add(ref first, j));
            var a1 = Vector256.Create((double)Unsafe.Add(ref first, columns + j));
            var a2 = Vector256.Create((double)Unsafe.Add(ref first, (2 * columns) + j));
            var a3 = Vector256.Create((double)Unsafe.Add(ref first, (3 * columns) + j));
            l0 += a0 * left;
            r0 += a0 * right;
            l1 += a1 * left;
            r1 += a1 * right;
            l2 += a2 * left;
            r2 += a2 * right;
            l3 += a3 * left;
            r3 += a3 * right;
        }
        Store(product, l0, r0);
        Store(product[Width..], l1, r1);
        Store(product[(2 * Width)..], l2, r2);
        Store(product[(3 * Width)..], l3, r3);
    }

    private static void MultiplyRow(ReadOnlySpan<float> row, double[] block, Span<double> product)
    {
        Vector256<double> left = default, right = default;
        for (var j = 0; j < row.Length; j++)
        {
            var value = Vector256.Create((double)row[j]);
            left += value * Vector256.Create(block.AsSpan(j * Width, Half));
            right += value * Vector256.Create(block.AsSpan((j * Width) + Half, Half));
        }
        Store(product, left, right);
    }

    private static void Store(Span<double> product, Vector256<double> left, Vector256<double> right)
    {
        left.CopyTo(product);
        right.CopyTo(product[Half..]);
    }
}
