using TaskArithmetic.Methods;

namespace TaskArithmetic.Measuring;

/// <summary>
/// The spectrum of a base's matrix and the two masks read off it: the entries where its rank-k approximation is largest (principal) and
/// those where the matrix itself is smallest (low). arXiv 2511.08567.
/// </summary>
internal sealed class BaseSpectrum
{
    private BaseSpectrum(float[] matrix, int rows, int columns, SpectrumOptions options, ILinearAlgebra algebra)
    {
        (Rows, Columns) = (rows, columns);
        (Left, Values, Right) = algebra.Svd(matrix, rows, columns);
        Rank = Math.Min(options.Rank, Values.Length);
        var count = (int)(options.MaskShare * matrix.Length);
        Principal = Largest(Approximation(), count);
        Low = Largest([.. matrix.Select(v => -Math.Abs((double)v))], count);
    }

    /// <summary>Rows of the matrix.</summary>
    public int Rows { get; }

    /// <summary>Columns of the matrix.</summary>
    public int Columns { get; }

    /// <summary>Number of leading singular vectors that are looked at.</summary>
    public int Rank { get; }

    /// <summary>Singular values, descending.</summary>
    public float[] Values { get; }

    /// <summary>Left singular vectors, rows × values, row-major.</summary>
    public float[] Left { get; }

    /// <summary>Right singular vectors, values × columns, row-major.</summary>
    public float[] Right { get; }

    /// <summary>The entries where the rank-k approximation is largest in magnitude; of equal ones those that come first.</summary>
    public bool[] Principal { get; }

    /// <summary>The entries that are smallest in magnitude; of equal ones those that come first.</summary>
    public bool[] Low { get; }

    /// <summary>Decomposes a base's matrix.</summary>
    public static BaseSpectrum Of(float[] matrix, int rows, int columns, SpectrumOptions options, ILinearAlgebra algebra) =>
        new(matrix, rows, columns, options, algebra);

    /// <summary>Magnitudes of Σ σ_r u_r v_rᵀ over the leading values.</summary>
    private double[] Approximation()
    {
        var sums = new double[Rows * Columns];
        for (var row = 0; row < Rows; row++)
        {
            var line = sums.AsSpan(row * Columns, Columns);
            for (var r = 0; r < Rank; r++)
            {
                var scale = (double)Left[(row * Values.Length) + r] * Values[r];
                var right = Right.AsSpan(r * Columns, Columns);
                for (var column = 0; column < Columns; column++)
                    line[column] += scale * right[column];
            }
        }
        for (var i = 0; i < sums.Length; i++)
            sums[i] = Math.Abs(sums[i]);
        return sums;
    }

    /// <summary>Marks the entries of the highest scores; what ties with the last of them is taken in order.</summary>
    private static bool[] Largest(double[] scores, int count)
    {
        var marks = new bool[scores.Length];
        if (count == 0)
            return marks;
        var limit = TopFraction.Descending(scores, count - 1);
        var ties = count - scores.Count(s => s > limit);
        for (var i = 0; i < scores.Length; i++)
            marks[i] = scores[i] > limit || (scores[i] == limit && ties-- > 0);
        return marks;
    }
}

/// <summary>Finds the value at one place of an order without sorting the rest.</summary>
internal static class TopFraction
{
    /// <summary>The value that would stand at an index, from 0, if the values were sorted downwards; they stay as they are.</summary>
    public static double Descending(ReadOnlySpan<double> values, int index)
    {
        var work = values.ToArray();
        var (low, high) = (0, work.Length - 1);
        while (low < high)
        {
            var (last, first) = Part(work, low, high);
            if (index <= last)
                high = last;
            else if (index >= first)
                low = first;
            else
                break;
        }
        return work[index];
    }

    /// <summary>Parts a range around its middle value: larger ones up to the first result, smaller ones from the second.</summary>
    private static (int Last, int First) Part(double[] values, int low, int high)
    {
        var pivot = values[low + ((high - low) / 2)];
        while (low <= high)
        {
            while (values[low] > pivot)
                low++;
            while (values[high] < pivot)
                high--;
            if (low > high)
                break;
            (values[low], values[high]) = (values[high], values[low]);
            low++;
            high--;
        }
        return (high, low);
    }
}
