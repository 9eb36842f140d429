using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>Products of stored matrices with vectors, shared among threads.</summary>
/// <typeparam name="TFormat">How matrices are stored.</typeparam>
internal sealed unsafe class MatrixProduct<TFormat>(WorkSharing sharing)
    where TFormat : struct, IWeightFormat
{
    /// <summary>output[v, r] = matrix[r, :]·vectors[v, :].</summary>
    /// <param name="matrix">[rows, columns].</param>
    /// <param name="vectors">[count, columns].</param>
    /// <param name="vectorStride">Distance of the vectors.</param>
    /// <param name="count">Number of vectors.</param>
    /// <param name="output">[count, rows].</param>
    public void Multiply(StoredMatrix matrix, float* vectors, int vectorStride, int count, float* output) =>
        sharing.Run(matrix.Rows, (long)matrix.Columns * count, MatrixKernel.RowTile, (first, end) => Multiply(
            matrix.Data, (long)matrix.Columns * TFormat.Bytes, matrix.Columns, vectors, vectorStride, count, first, end, output, matrix.Rows));

    /// <summary>Multiplies a range of rows with this processor's registers, on the calling thread.</summary>
    /// <param name="matrix">[rows, columns].</param>
    /// <param name="rowBytes">Distance of its rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="vectors">[count, columns].</param>
    /// <param name="vectorStride">Distance of the vectors.</param>
    /// <param name="count">Number of vectors.</param>
    /// <param name="firstRow">First row of the range.</param>
    /// <param name="endRow">One past its last row.</param>
    /// <param name="output">[count, rows].</param>
    /// <param name="outputStride">Distance between the outputs of two vectors.</param>
    public static void Multiply(
        byte* matrix, long rowBytes, int columns, float* vectors, int vectorStride, int count, int firstRow, int endRow, float* output, int outputStride)
    {
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
            MatrixKernel<Vector512<float>, Registers512, TFormat>.Multiply(matrix, rowBytes, columns, vectors, vectorStride, count, firstRow, endRow, output, outputStride);
        else if (Avx2.IsSupported && Fma.IsSupported)
            MatrixKernel<Vector256<float>, Registers256, TFormat>.Multiply(matrix, rowBytes, columns, vectors, vectorStride, count, firstRow, endRow, output, outputStride);
        else
            MatrixKernel<Vector128<float>, Registers128, TFormat>.Multiply(matrix, rowBytes, columns, vectors, vectorStride, count, firstRow, endRow, output, outputStride);
    }
}
