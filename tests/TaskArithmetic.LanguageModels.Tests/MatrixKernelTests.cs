using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.LanguageModels.CpuKernels;

namespace TaskArithmetic.LanguageModels.Tests;

[TestClass]
public sealed unsafe class MatrixKernelTests
{
    private delegate void Kernel(
        byte* matrix, long rowBytes, int columns, float* vectors, int vectorStride, int count, int firstRow, int endRow, float* output, int outputStride);

    [TestMethod]
    public void Products_of_bfloat16_matrices_equal_the_scalar_ones_at_every_width() => Compare<BFloat16Weights>();

    [TestMethod]
    public void Products_of_float32_matrices_equal_the_scalar_ones_at_every_width() => Compare<Float32Weights>();

    [TestMethod]
    public void A_vectors_product_is_the_same_to_the_bit_beside_any_others_and_however_rows_are_cut()
    {
        foreach (var (width, kernel) in Kernels<BFloat16Weights>())
        {
            foreach (var columns in (int[])[31, 96, 2112])
            {
                var (matrix, vectors) = Random<BFloat16Weights>(21, columns, 100);
                var together = Multiply<BFloat16Weights>(kernel, matrix, columns, vectors, 100, 21, 21);
                var cut = Multiply<BFloat16Weights>(kernel, matrix, columns, vectors, 100, 21, 5);
                Assert.IsTrue(together.AsSpan().SequenceEqual(cut));
                for (var v = 0; v < 100; v++)
                {
                    var alone = Multiply<BFloat16Weights>(kernel, matrix, columns, vectors[(v * columns)..((v + 1) * columns)], 1, 21, 21);
                    Assert.IsTrue(together.AsSpan(v * 21, 21).SequenceEqual(alone), $"vector {v} of {columns} columns, {width} lanes");
                }
            }
        }
    }

    [TestMethod]
    public void Vectors_and_outputs_may_lie_apart()
    {
        var (matrix, vectors) = Random<Float32Weights>(6, 40, 5);
        var expected = new float[5 * 6];
        var actual = new float[5 * 9];
        fixed (byte* weights = matrix)
        fixed (float* x = vectors, y = expected, apart = actual)
        {
            // The first 30 of 40 columns: rows and vectors both go on behind them.
            MatrixProduct<Float32Weights>.Multiply(weights, 160, 30, x, 40, 5, 0, 6, apart, 9);
            for (var v = 0; v < 5; v++)
                MatrixProduct<Float32Weights>.Multiply(weights, 160, 30, x + v * 40, 30, 1, 0, 6, y + v * 6, 6);
        }
        for (var v = 0; v < 5; v++)
        {
            Assert.IsTrue(expected.AsSpan(v * 6, 6).SequenceEqual(actual.AsSpan(v * 9, 6)));
            Assert.IsTrue(actual.AsSpan(v * 9 + 6, 3).SequenceEqual([0, 0, 0]), "nothing is written beside the output");
        }
    }

    [TestMethod]
    public void Storing_bfloat16_rounds_to_nearest_even()
    {
        ushort place;
        foreach (var (value, bits) in ((float, int)[])[(1f, 0x3F80), (1.00390625f, 0x3F80), (1.01171875f, 0x3F82), (-2.5f, 0xC020), (float.NaN, 0x7FC0), (float.PositiveInfinity, 0x7F80)])
        {
            BFloat16Weights.Store((byte*)&place, value);
            Assert.AreEqual(bits, place, $"{value}");
        }
    }

    private static void Compare<TFormat>()
        where TFormat : struct, IWeightFormat
    {
        foreach (var (rows, columns) in ((int, int)[])[(1, 1), (3, 31), (4, 32), (7, 33), (13, 64), (9, 172), (6, 2112)])
        {
            foreach (var count in (int[])[1, 2, 3, 4, 5, 7, 8, 13, 100])
            {
                var (matrix, vectors) = Random<TFormat>(rows, columns, count);
                foreach (var (width, kernel) in Kernels<TFormat>())
                    Check<TFormat>(matrix, vectors, rows, columns, count, Multiply<TFormat>(kernel, matrix, columns, vectors, count, rows, rows), width);
            }
        }
    }

    private static void Check<TFormat>(byte[] matrix, float[] vectors, int rows, int columns, int count, float[] actual, int width)
        where TFormat : struct, IWeightFormat
    {
        for (var v = 0; v < count; v++)
        {
            for (var row = 0; row < rows; row++)
            {
                double expected = 0, size = 0;
                for (var i = 0; i < columns; i++)
                {
                    double term;
                    fixed (byte* weight = &matrix[(row * columns + i) * TFormat.Bytes])
                        term = (double)TFormat.Load(weight) * vectors[v * columns + i];
                    expected += term;
                    size += Math.Abs(term);
                }
                Assert.AreEqual(expected, actual[v * rows + row], 1e-6 * size, $"{rows}x{columns}, vector {v} of {count}, row {row}, {width} lanes");
            }
        }
    }

    /// <summary>The kernel at each width that this processor has.</summary>
    private static IEnumerable<(int Lanes, Kernel Kernel)> Kernels<TFormat>()
        where TFormat : struct, IWeightFormat
    {
        var kernels = new List<(int, Kernel)> { (4, MatrixKernel<Vector128<float>, Registers128, TFormat>.Multiply) };
        if (Avx2.IsSupported && Fma.IsSupported)
            kernels.Add((8, MatrixKernel<Vector256<float>, Registers256, TFormat>.Multiply));
        if (Avx512F.IsSupported)
            kernels.Add((16, MatrixKernel<Vector512<float>, Registers512, TFormat>.Multiply));
        return kernels;
    }

    private static (byte[] Matrix, float[] Vectors) Random<TFormat>(int rows, int columns, int count)
        where TFormat : struct, IWeightFormat
    {
        var random = new Random(rows * 1000 + columns + count);
        var matrix = new byte[rows * columns * TFormat.Bytes];
        for (var i = 0; i < rows * columns; i++)
        {
            fixed (byte* place = &matrix[i * TFormat.Bytes])
                TFormat.Store(place, random.NextSingle() - 0.5f);
        }
        return (matrix, [.. Enumerable.Range(0, columns * count).Select(_ => random.NextSingle() - 0.5f)]);
    }

    private static float[] Multiply<TFormat>(Kernel kernel, byte[] matrix, int columns, float[] vectors, int count, int rows, int part)
        where TFormat : struct, IWeightFormat
    {
        var output = new float[count * rows];
        fixed (byte* weights = matrix)
        fixed (float* x = vectors, y = output)
        {
            for (var first = 0; first < rows; first += part)
                kernel(weights, (long)columns * TFormat.Bytes, columns, x, columns, count, first, Math.Min(rows, first + part), y, rows);
        }
        return output;
    }
}
