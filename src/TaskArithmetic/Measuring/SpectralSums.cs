using TaskArithmetic.Methods;

namespace TaskArithmetic.Measuring;

/// <summary>What singular values, singular vectors and the base's masks say of one task vector in one matrix, or in several of them.</summary>
internal sealed record SpectralSums
{
    /// <summary>Number of matrices.</summary>
    public int Matrices { get; init; }

    /// <summary>Σ ‖d‖².</summary>
    public double Squared { get; init; }

    /// <summary>Σ of the k largest σ(d)² of each matrix, for each of <see cref="SpectrumOptions.EnergyRanks"/>.</summary>
    public required double[] Energy { get; init; }

    /// <summary>Σ σ(b)²; 0 where no base is known.</summary>
    public double BaseSquared { get; init; }

    /// <summary>Σ (σ(x) − σ(b))².</summary>
    public double DriftSquared { get; init; }

    /// <summary>Elements of the matrices whose base is known.</summary>
    public long Values { get; init; }

    /// <summary>Entries that differ in bfloat16.</summary>
    public long Changed { get; init; }

    /// <summary>Size of the principal mask, and how many changed entries it holds.</summary>
    public MaskCount Principal { get; init; }

    /// <summary>Likewise for the low mask.</summary>
    public MaskCount Low { get; init; }

    /// <summary>Likewise for what is principal and not low.</summary>
    public MaskCount PrincipalNotLow { get; init; }

    /// <summary>Cosines between the base's and the model's leading left singular subspaces, descending; of one matrix only.</summary>
    public IReadOnlyList<double>? LeftCosines { get; init; }

    /// <summary>Likewise of the right ones.</summary>
    public IReadOnlyList<double>? RightCosines { get; init; }

    /// <summary>The smallest cosine of all matrices; null where no base is known.</summary>
    public double? SmallestCosine { get; init; }

    /// <summary>‖d‖² / σ₁², of one matrix only; null for a zero vector.</summary>
    public double? StableRank { get; init; }

    /// <summary>
    /// exp(−Σ p ln p) with p = σ / Σ σ (Roy and Vetterli, EUSIPCO 2007): of one matrix only; null for a zero vector.
    /// </summary>
    public double? EffectiveRank { get; init; }

    /// <summary>Sums over several matrices; what only one matrix has is left out.</summary>
    public static SpectralSums operator +(SpectralSums a, SpectralSums b) => new()
    {
        Matrices = a.Matrices + b.Matrices,
        Squared = a.Squared + b.Squared,
        Energy = [.. a.Energy.Zip(b.Energy, (x, y) => x + y)],
        BaseSquared = a.BaseSquared + b.BaseSquared,
        DriftSquared = a.DriftSquared + b.DriftSquared,
        Values = a.Values + b.Values,
        Changed = a.Changed + b.Changed,
        Principal = a.Principal + b.Principal,
        Low = a.Low + b.Low,
        PrincipalNotLow = a.PrincipalNotLow + b.PrincipalNotLow,
        SmallestCosine = a.SmallestCosine is { } x && b.SmallestCosine is { } y ? Math.Min(x, y) : a.SmallestCosine ?? b.SmallestCosine,
    };

    /// <summary>Looks at one matrix.</summary>
    /// <param name="difference">The vector's elements, row-major.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="algebra">Decomposes matrices.</param>
    public static SpectralSums Of(float[] difference, int rows, int columns, ILinearAlgebra algebra)
    {
        var values = algebra.Svd(difference, rows, columns).S;
        var squared = Kernels.Reducing.SumOfSquares(difference);
        var sum = values.Sum(v => (double)v);
        return new()
        {
            Matrices = 1,
            Squared = squared,
            // All singular values hold all energy, whatever their rounding says.
            Energy = [.. SpectrumOptions.EnergyRanks.Select(k => k >= values.Length ? squared : Math.Min(squared, values.Take(k).Sum(v => (double)v * v)))],
            StableRank = squared == 0 ? null : squared / ((double)values[0] * values[0]),
            EffectiveRank = sum == 0 ? null : Math.Exp(-values.Where(v => v > 0).Sum(v => v / sum * Math.Log(v / sum))),
        };
    }

    /// <summary>The same with what needs the base.</summary>
    /// <param name="baseSpectrum">The decomposed base.</param>
    /// <param name="model">The model that the vector makes of the base, row-major.</param>
    /// <param name="changed">1 where base and model differ in bfloat16, else 0.</param>
    /// <param name="algebra">Decomposes matrices.</param>
    public SpectralSums Beside(BaseSpectrum baseSpectrum, float[] model, ReadOnlySpan<float> changed, ILinearAlgebra algebra)
    {
        var (left, values, right) = algebra.Svd(model, baseSpectrum.Rows, baseSpectrum.Columns);
        var leftCosines = Cosines(baseSpectrum.Rank, algebra, (i, j) => ColumnDot(baseSpectrum.Left, left, i, j, values.Length));
        var rightCosines = Cosines(baseSpectrum.Rank, algebra, (i, j) => RowDot(baseSpectrum.Right, right, i, j, baseSpectrum.Columns));
        return Masked(baseSpectrum, changed) with
        {
            BaseSquared = baseSpectrum.Values.Sum(v => (double)v * v),
            DriftSquared = baseSpectrum.Values.Zip(values, (b, x) => ((double)x - b) * ((double)x - b)).Sum(),
            LeftCosines = leftCosines,
            RightCosines = rightCosines,
            SmallestCosine = Math.Min(leftCosines[^1], rightCosines[^1]),
        };
    }

    private SpectralSums Masked(BaseSpectrum masks, ReadOnlySpan<float> changed)
    {
        MaskCount principal = default, low = default, principalNotLow = default;
        long count = 0;
        for (var i = 0; i < changed.Length; i++)
        {
            var hit = changed[i] != 0;
            count += hit ? 1 : 0;
            principal += MaskCount.Of(masks.Principal[i], hit);
            low += MaskCount.Of(masks.Low[i], hit);
            principalNotLow += MaskCount.Of(masks.Principal[i] && !masks.Low[i], hit);
        }
        return this with { Values = changed.Length, Changed = count, Principal = principal, Low = low, PrincipalNotLow = principalNotLow };
    }

    /// <summary>Cosines of the principal angles between two subspaces: the singular values of the products of their orthonormal bases.</summary>
    private static float[] SingularValues(int rank, ILinearAlgebra algebra, Func<int, int, double> product)
    {
        var products = new float[rank * rank];
        for (var i = 0; i < rank; i++)
        {
            for (var j = 0; j < rank; j++)
                products[(i * rank) + j] = (float)product(i, j);
        }
        return algebra.Svd(products, rank, rank).S;
    }

    private static IReadOnlyList<double> Cosines(int rank, ILinearAlgebra algebra, Func<int, int, double> product) =>
        [.. SingularValues(rank, algebra, product).Select(v => (double)v)];

    private static double ColumnDot(float[] a, float[] b, int i, int j, int width)
    {
        double sum = 0;
        for (var row = 0; row < a.Length; row += width)
            sum += (double)a[row + i] * b[row + j];
        return sum;
    }

    private static double RowDot(float[] a, float[] b, int i, int j, int width) =>
        Kernels.Reducing.Dot(a.AsSpan(i * width, width), b.AsSpan(j * width, width));
}

/// <summary>A mask over a matrix.</summary>
/// <param name="Size">Entries it holds.</param>
/// <param name="Hits">Changed entries among them.</param>
internal readonly record struct MaskCount(long Size, long Hits)
{
    /// <summary>Sum of two disjoint parts.</summary>
    public static MaskCount operator +(MaskCount a, MaskCount b) => new(a.Size + b.Size, a.Hits + b.Hits);

    /// <summary>One entry.</summary>
    public static MaskCount Of(bool isInMask, bool isChanged) => isInMask ? new(1, isChanged ? 1 : 0) : default;
}
