using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>
/// Products of a stored matrix with vectors: a few at the speed at which memory delivers the matrix, many at the speed
/// of the arithmetic. A tile of rows and vectors stays in registers; bfloat16 is widened by the tile that meets it first
/// and kept, beside the vectors, in the nearest cache. Every product of a row and a vector is summed in the same order,
/// however many vectors there are: columns in blocks, in each the lanes, then the columns that fill no register. So a
/// vector's result does not depend on those beside it.
/// </summary>
/// <typeparam name="TVector">Register of float32.</typeparam>
/// <typeparam name="TRegisters">What is done with it.</typeparam>
/// <typeparam name="TFormat">How the matrix is stored.</typeparam>
internal static unsafe class MatrixKernel<TVector, TRegisters, TFormat>
    where TVector : struct
    where TRegisters : struct, IRegisters<TVector>
    where TFormat : struct, IWeightFormat
{
    private const int RowTile = MatrixKernel.RowTile;

    private const int VectorTile = 3;

    /// <summary>Columns of a block: four rows and three vectors of them fit a first-level cache of 32 KiB.</summary>
    private const int ColumnBlock = TileRows.KeptColumns;

    /// <summary>Vectors that are multiplied with a row before the next row: their blocks fit the second-level cache.</summary>
    private const int VectorBlock = 32 * VectorTile;

    [ThreadStatic]
    private static PinnedBuffer? kept;

    /// <inheritdoc cref="MatrixProduct{TFormat}.Multiply(byte*, long, int, float*, int, int, int, int, float*, int)"/>
    public static void Multiply(
        byte* matrix, long rowBytes, int columns, float* vectors, int vectorStride, int count, int firstRow, int endRow, float* output, int outputStride)
    {
        kept ??= new PinnedBuffer();
        kept.Reserve(RowTile * ColumnBlock);
        for (var column = 0; column < columns; column += ColumnBlock)
        {
            for (var vector = 0; vector < count; vector += VectorBlock)
            {
                var block = new Block(
                    Math.Min(ColumnBlock, columns - column), vectors + (long)vector * vectorStride + column, vectorStride, Math.Min(VectorBlock, count - vector),
                    output + (long)vector * outputStride, outputStride, column > 0);
                block.Multiply(matrix + (long)column * TFormat.Bytes, rowBytes, firstRow, endRow, kept.Pointer);
            }
        }
    }

    /// <summary>Some columns of some vectors.</summary>
    private readonly struct Block(int length, float* vectors, int vectorStride, int count, float* output, int outputStride, bool add)
    {
        public void Multiply(byte* matrix, long rowBytes, int firstRow, int endRow, float* kept)
        {
            for (var row = firstRow; row < endRow; row += RowTile)
            {
                var there = Math.Min(RowTile, endRow - row);
                var rows = new TileRows(matrix + row * rowBytes, rowBytes, there, kept);
                var done = Multiply<TFormat>(rows, 0, row, there);
                if (done == count)
                    continue;
                var again = TFormat.IsWidened ? new TileRows((byte*)kept, ColumnBlock * sizeof(float), RowTile, kept) : rows;
                while (done < count)
                    done = Multiply<KeptWeights>(again, done, row, there);
            }
        }

        /// <summary>Multiplies up to three vectors; returns the number of the next one.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private int Multiply<TStage>(in TileRows rows, int vector, int row, int there)
            where TStage : struct, IWeightFormat
        {
            float* x = vectors + (long)vector * vectorStride;
            float* y = output + (long)vector * outputStride + row;
            switch (count - vector)
            {
                case 1:
                    Put(MatrixTile<TVector, TRegisters, TStage>.One(rows, x, length), y, there);
                    return vector + 1;
                case 2:
                    MatrixTile<TVector, TRegisters, TStage>.Two(rows, x, vectorStride, length, out var first, out var second);
                    Put(first, y, there);
                    Put(second, y + outputStride, there);
                    return vector + 2;
                default:
                    MatrixTile<TVector, TRegisters, TStage>.Three(rows, x, vectorStride, length, out var a, out var b, out var c);
                    Put(a, y, there);
                    Put(b, y + outputStride, there);
                    Put(c, y + 2L * outputStride, there);
                    return vector + VectorTile;
            }
        }

        private void Put(Vector128<float> sums, float* place, int rows)
        {
            if (rows == RowTile)
            {
                (add ? Vector128.Load(place) + sums : sums).Store(place);
                return;
            }
            for (var row = 0; row < rows; row++)
                place[row] = add ? place[row] + sums[row] : sums[row];
        }
    }
}

/// <summary>What the kernels of all registers and formats have in common.</summary>
internal static class MatrixKernel
{
    /// <summary>Rows of a tile; partitions should begin at multiples of it.</summary>
    public const int RowTile = 4;
}
