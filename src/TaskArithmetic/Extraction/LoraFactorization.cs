using TaskArithmetic.Kernels;
using TaskArithmetic.Methods;

namespace TaskArithmetic.Extraction;

/// <summary>The best product of two thin matrices for one difference (Eckart–Young): its largest singular values with their vectors.</summary>
/// <param name="A">rank × in.</param>
/// <param name="B">out × rank.</param>
/// <param name="Rank">Singular values kept.</param>
/// <param name="FullRank">Singular values that there are.</param>
/// <param name="KeptSquares">Σσ² of those kept.</param>
/// <param name="AllSquares">Σσ² of all.</param>
internal sealed record LoraFactorization(float[] A, float[] B, int Rank, int FullRank, double KeptSquares, double AllSquares)
{
    /// <summary>Share of Σσ² kept; 1 where there is nothing.</summary>
    public double KeptEnergy => AllSquares == 0 ? 1 : KeptSquares / AllSquares;

    /// <summary>Factorises a difference.</summary>
    /// <param name="difference">rows × columns values.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="transposed">Whether the factors are those of the transpose: an embedding's, or those of a weight stored [in, out], whose delta is (B·A)ᵀ.</param>
    /// <param name="options">How many singular values are kept, and where they go.</param>
    /// <param name="algebra">Decomposes.</param>
    public static LoraFactorization Of(ReadOnlySpan<float> difference, int rows, int columns, bool transposed, LoraOptions options, ILinearAlgebra algebra)
    {
        var (u, s, vt) = algebra.Svd(difference, rows, columns);
        var rank = RankOf(s, options);
        // Of the transpose V takes the place of U: A = Uᵀ and B = V.
        var (a, b) = transposed ? (ColumnsOf(u, rows, s.Length, rank), TransposedRows(vt, columns, rank)) : (vt[..(rank * columns)], FirstColumns(u, rows, s.Length, rank));
        for (var k = 0; k < rank; k++)
        {
            var (toA, toB) = options.DistributeScale ? (MathF.Sqrt(s[k]), MathF.Sqrt(s[k])) : (s[k], 1f);
            Combining.Multiply(a.AsSpan(k * (a.Length / rank), a.Length / rank), toA);
            for (var i = k; i < b.Length; i += rank)
                b[i] *= toB;
        }
        return new LoraFactorization(a, b, rank, s.Length, Squares(s.AsSpan(0, rank)), Squares(s));
    }

    private static int RankOf(ReadOnlySpan<float> values, LoraOptions options)
    {
        var above = 0;
        while (above < values.Length && values[above] > options.SingularValueEpsilon)
            above++;
        if (options.Energy is not { } energy)
            return Math.Min(above, options.Rank!.Value);
        var (wanted, kept, rank) = (energy * Squares(values), 0.0, 0);
        while (rank < above && kept < wanted)
        {
            kept += (double)values[rank] * values[rank];
            rank++;
        }
        return rank;
    }

    // Upwards from the largest, the order in which RankOf adds: energy 1 keeps every value that counts.
    private static double Squares(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += (double)value * value;
        return sum;
    }

    /// <summary>The first columns of a matrix, as rows.</summary>
    private static float[] ColumnsOf(float[] matrix, int rows, int width, int count)
    {
        var taken = new float[count * rows];
        for (var k = 0; k < count; k++)
        {
            for (var i = 0; i < rows; i++)
                taken[(k * rows) + i] = matrix[(i * width) + k];
        }
        return taken;
    }

    /// <summary>The first columns of a matrix, as a narrower matrix.</summary>
    private static float[] FirstColumns(float[] matrix, int rows, int width, int count)
    {
        var taken = new float[rows * count];
        for (var i = 0; i < rows; i++)
            matrix.AsSpan(i * width, count).CopyTo(taken.AsSpan(i * count));
        return taken;
    }

    /// <summary>The first rows of a matrix, as columns.</summary>
    private static float[] TransposedRows(float[] matrix, int columns, int count)
    {
        var taken = new float[columns * count];
        for (var k = 0; k < count; k++)
        {
            for (var j = 0; j < columns; j++)
                taken[(j * count) + k] = matrix[(k * columns) + j];
        }
        return taken;
    }
}
