using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.LanguageModels.CpuKernels;

namespace TaskArithmetic.LanguageModels.Tests;

[TestClass]
public sealed unsafe class MatrixKernelTests
{
    [TestMethod]
    public void Products_of_bfloat16_matrices_equal_the_scalar_ones() => Compare<BFloat16Weights>();

    [TestMethod]
    public void Products_of_float32_matrices_equal_the_scalar_ones() => Compare<Float32Weights>();

    [TestMethod]
    public void A_vectors_product_is_the_same_to_the_bit_beside_any_others_and_however_rows_are_cut()
    {
        foreach (var columns in (int[])[31, 96, 2112])
        {
            var (matrix, vectors) = Random<BFloat16Weights>(21, columns, 11);
            var together = Multiply<BFloat16Weights>(matrix, columns, vectors, 11, 21, 21);
            var cut = Multiply<BFloat16Weights>(matrix, columns, vectors, 11, 21, 5);
            Assert.IsTrue(together.AsSpan().SequenceEqual(cut));
            for (var v = 0; v < 11; v++)
            {
                var alone = Multiply<BFloat16Weights>(matrix, columns, vectors[(v * columns)..((v + 1) * columns)], 1, 21, 21);
                Assert.IsTrue(together.AsSpan(v * 21, 21).SequenceEqual(alone), $"vector {v} of {columns} columns");
            }
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
            foreach (var count in (int[])[1, 2, 3, 4, 5, 7, 8, 13])
            {
                var (matrix, vectors) = Random<TFormat>(rows, columns, count);
                var actual = Multiply<TFormat>(matrix, columns, vectors, count, rows, rows);
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
                        Assert.AreEqual(expected, actual[v * rows + row], 1e-6 * size, $"{rows}x{columns}, vector {v} of {count}, row {row}");
                    }
                }
            }
        }
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

    private static float[] Multiply<TFormat>(byte[] matrix, int columns, float[] vectors, int count, int rows, int part)
        where TFormat : struct, IWeightFormat
    {
        var arranged = new float[vectors.Length];
        for (var v = 0; v < count; v++)
            TFormat.Arrange(vectors.AsSpan(v * columns, columns), arranged.AsSpan(v * columns, columns));
        var output = new float[count * rows];
        fixed (byte* weights = matrix)
        fixed (float* x = arranged, y = output)
        {
            for (var first = 0; first < rows; first += part)
                MatrixKernel<TFormat>.Multiply(weights, columns, x, count, first, Math.Min(rows, first + part), y, rows);
        }
        return output;
    }
}
