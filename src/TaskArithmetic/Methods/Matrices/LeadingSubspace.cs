using TaskArithmetic.Methods.Randomness;

namespace TaskArithmetic.Methods.Matrices;

/// <summary>
/// The largest singular values of a matrix with their vectors, found by iteration on a growing subspace from a fixed start, in double: the
/// same bits on every machine and without a library.
/// </summary>
/// <remarks>
/// Every step takes the residuals <c>AᵀA·v − σ²·v</c> of the best approximations in the subspace (Rayleigh and Ritz) into it, which is the
/// block form of Lanczos' method; where it has grown large it starts again from its best vectors. It ends when the residuals, measured
/// against the gap below the last value, say that the vectors are right to a float32's precision. A side of at most
/// <see cref="WholeSide"/> is decomposed at once.
/// </remarks>
internal sealed class LeadingSubspace
{
    private const int WholeSide = 96;
    private const int MostSteps = 300;
    private const double Precision = 1e-8;

    // Below this share of the last value the gap is taken for this share: vectors of equal values are arbitrary.
    private const double SmallestGap = 1e-3;

    private readonly int rows;
    private readonly int columns;

    private LeadingSubspace(int rows, int columns, int rank)
    {
        this.rows = rows;
        this.columns = columns;
        Values = new double[rank];
        Left = new double[rank][];
        Right = new double[rank][];
    }

    /// <summary>Singular values, descending; as many as were asked for, at most the shorter side.</summary>
    public double[] Values { get; }

    /// <summary>Left vectors, of unit length; zero where the value is zero.</summary>
    public double[][] Left { get; }

    /// <summary>Right vectors, of unit length.</summary>
    public double[][] Right { get; }

    /// <summary>(σₖ − σₖ₊₁)/σ₁ for the last value k: near 0 its vectors are ill-defined. 1 for a zero matrix.</summary>
    public double Gap { get; private set; } = 1;

    /// <summary>Largest residual ‖Aᵀu − σv‖/σ₁.</summary>
    public double Residual { get; private set; }

    /// <summary>Steps taken.</summary>
    public int Steps { get; private set; }

    /// <summary>Whether the residuals became small.</summary>
    public bool HasConverged { get; private set; }

    /// <summary>Decomposes a row-major matrix.</summary>
    /// <param name="matrix">rows × columns values.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="rank">How many values.</param>
    public static LeadingSubspace Of(ReadOnlySpan<float> matrix, int rows, int columns, int rank)
    {
        var found = new LeadingSubspace(rows, columns, Math.Min(rank, Math.Min(rows, columns)));
        if (found.Values.Length > 0)
            new Search(found, rows < columns).Run(matrix);
        return found;
    }

    /// <summary>Adds <c>factor·Σ σᵣ·uᵣ·vᵣᵀ</c> for one row of the matrix.</summary>
    public void AddRow(int row, double factor, Span<double> target)
    {
        for (var r = 0; r < Values.Length; r++)
        {
            var scale = factor * Values[r] * Left[r][row];
            var right = Right[r];
            for (var j = 0; j < target.Length; j++)
                target[j] += scale * right[j];
        }
    }

    /// <summary>The inner product of two heads <c>Σ σᵣ·uᵣ·vᵣᵀ</c>.</summary>
    public double Product(LeadingSubspace other)
    {
        var sum = 0.0;
        for (var r = 0; r < Values.Length; r++)
        {
            for (var s = 0; s < other.Values.Length; s++)
                sum += Values[r] * other.Values[s] * Dot(Left[r], other.Left[s]) * Dot(Right[r], other.Right[s]);
        }
        return sum;
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>The search. Where rows are fewer than columns the matrix is thought of as transposed, so that the basis is short.</summary>
    private sealed class Search
    {
        private readonly LeadingSubspace found;
        private readonly bool transposed;
        private readonly int height;
        private readonly int wanted;
        private readonly int blocksAStep;
        private readonly List<double[]> basis = [];
        private readonly List<double[]> images = [];

        public Search(LeadingSubspace found, bool transposed)
        {
            this.found = found;
            this.transposed = transposed;
            height = transposed ? found.rows : found.columns;
            wanted = found.Values.Length;
            blocksAStep = (wanted + 4 + MatrixBlocks.Width - 1) / MatrixBlocks.Width;
        }

        private int Most => Math.Max(6, 4 * blocksAStep);

        public void Run(ReadOnlySpan<float> matrix)
        {
            var isWhole = height <= Math.Max(WholeSide, Most * MatrixBlocks.Width);
            Extend(matrix, isWhole ? Axes() : Start());
            while (true)
            {
                var (values, vectors) = Ritz();
                var best = Best(vectors, isWhole ? (wanted + MatrixBlocks.Width - 1) / MatrixBlocks.Width : blocksAStep);
                var residuals = Residuals(matrix, best, values);
                found.Steps++;
                if (IsDone(values, residuals) || isWhole || found.Steps >= MostSteps)
                {
                    Take(best, values);
                    return;
                }
                if (basis.Count + blocksAStep > Most)
                    Restart(vectors);
                Extend(matrix, residuals);
            }
        }

        private IEnumerable<double[]> Axes()
        {
            for (var first = 0; first < height; first += MatrixBlocks.Width)
            {
                var block = new double[height * MatrixBlocks.Width];
                for (var i = 0; i < MatrixBlocks.Width && first + i < height; i++)
                    block[((first + i) * MatrixBlocks.Width) + i] = 1;
                yield return block;
            }
        }

        /// <summary>Numbers from a counter: no direction of a real matrix is orthogonal to all of them.</summary>
        private IEnumerable<double[]> Start()
        {
            var random = new CounterRandom(0);
            for (var b = 0; b < blocksAStep; b++)
            {
                var block = new double[height * MatrixBlocks.Width];
                for (var i = 0; i < block.Length; i++)
                    block[i] = (random.Draw(((long)b * block.Length) + i) / 2147483648.0) - 1;
                yield return block;
            }
        }

        private double[] Image(ReadOnlySpan<float> matrix, double[] block) => transposed
            ? MatrixBlocks.MultiplyTransposed(matrix, found.rows, found.columns, block)
            : MatrixBlocks.Multiply(matrix, found.rows, found.columns, block);

        private double[] Back(ReadOnlySpan<float> matrix, double[] block) => transposed
            ? MatrixBlocks.Multiply(matrix, found.rows, found.columns, block)
            : MatrixBlocks.MultiplyTransposed(matrix, found.rows, found.columns, block);

        private void Extend(ReadOnlySpan<float> matrix, IEnumerable<double[]> blocks)
        {
            foreach (var block in blocks)
            {
                Orthonormalise(block);
                basis.Add(block);
                images.Add(Image(matrix, block));
            }
        }

        /// <summary>Against the basis and within the block; repeated, since the first time leaves rounding errors of what it took away.</summary>
        private void Orthonormalise(double[] block)
        {
            for (var round = 0; round < 3; round++)
            {
                foreach (var other in basis)
                {
                    var inner = MatrixBlocks.Inner(other, block);
                    for (var i = 0; i < inner.Length; i++)
                        inner[i] = -inner[i];
                    MatrixBlocks.AddProduct(block, other, inner);
                }
                for (var a = 0; a < MatrixBlocks.Width; a++)
                    OrthonormaliseColumn(block, a);
            }
        }

        private static void OrthonormaliseColumn(double[] block, int column)
        {
            for (var b = 0; b < column; b++)
            {
                var inner = InnerOf(block, b, column);
                for (var i = 0; i < block.Length; i += MatrixBlocks.Width)
                    block[i + column] -= inner * block[i + b];
            }
            var length = Math.Sqrt(InnerOf(block, column, column));
            for (var i = 0; i < block.Length && length > 0; i += MatrixBlocks.Width)
                block[i + column] /= length;
        }

        private static double InnerOf(double[] block, int a, int b)
        {
            var sum = 0.0;
            for (var i = 0; i < block.Length; i += MatrixBlocks.Width)
                sum += block[i + a] * block[i + b];
            return sum;
        }

        /// <summary>Squares of the approximate values, and the vectors as sums of the basis, one a row.</summary>
        private (double[] Values, double[] Vectors) Ritz()
        {
            var size = basis.Count * MatrixBlocks.Width;
            var gram = new double[size * size];
            for (var p = 0; p < images.Count; p++)
            {
                for (var q = p; q < images.Count; q++)
                    Place(gram, size, p, q, MatrixBlocks.Inner(images[p], images[q]));
            }
            return SymmetricEigen.Decompose(gram, size);
        }

        private static void Place(double[] gram, int size, int p, int q, double[] inner)
        {
            for (var a = 0; a < MatrixBlocks.Width; a++)
            {
                for (var b = 0; b < MatrixBlocks.Width; b++)
                {
                    var (i, j) = ((p * MatrixBlocks.Width) + a, (q * MatrixBlocks.Width) + b);
                    gram[(i * size) + j] = gram[(j * size) + i] = inner[(a * MatrixBlocks.Width) + b];
                }
            }
        }

        /// <summary>The leading approximations and their images, as blocks.</summary>
        private List<(double[] Vectors, double[] Images)> Best(double[] vectors, int blocks)
        {
            var size = basis.Count * MatrixBlocks.Width;
            var best = new List<(double[], double[])>();
            for (var b = 0; b < Math.Min(blocks, basis.Count); b++)
            {
                var (vector, image) = (new double[basis[0].Length], new double[images[0].Length]);
                var factors = new double[MatrixBlocks.Width * MatrixBlocks.Width];
                for (var p = 0; p < basis.Count; p++)
                {
                    for (var row = 0; row < MatrixBlocks.Width; row++)
                    {
                        for (var column = 0; column < MatrixBlocks.Width; column++)
                            factors[(row * MatrixBlocks.Width) + column] = vectors[(((b * MatrixBlocks.Width) + column) * size) + (p * MatrixBlocks.Width) + row];
                    }
                    MatrixBlocks.AddProduct(vector, basis[p], factors);
                    MatrixBlocks.AddProduct(image, images[p], factors);
                }
                best.Add((vector, image));
            }
            return best;
        }

        private List<double[]> Residuals(ReadOnlySpan<float> matrix, List<(double[] Vectors, double[] Images)> best, double[] values)
        {
            var residuals = new List<double[]>();
            foreach (var (vectors, image) in best)
            {
                var residual = Back(matrix, image);
                for (var i = 0; i < residual.Length; i++)
                    residual[i] -= values[(residuals.Count * MatrixBlocks.Width) + (i % MatrixBlocks.Width)] * vectors[i];
                residuals.Add(residual);
            }
            return residuals;
        }

        private bool IsDone(double[] squares, List<double[]> residuals)
        {
            double Value(int i) => i < Math.Min(squares.Length, Math.Min(found.rows, found.columns)) ? Math.Sqrt(Math.Max(0, squares[i])) : 0;
            var (first, last, next) = (Value(0), Value(wanted - 1), Value(wanted));
            found.Gap = first > 0 ? (last - next) / first : 1;
            // Zero has no vectors, and neither has what is not finite: whoever writes the values says so.
            if (!(first > 0) || !double.IsFinite(first))
                return found.HasConverged = true;
            var largest = 0.0;
            for (var i = 0; i < wanted; i++)
            {
                // Values that are zero next to the first need no vector: their share of the head is nothing.
                if (Value(i) > 1e-12 * first)
                    largest = Math.Max(largest, Math.Sqrt(InnerOf(residuals[i / MatrixBlocks.Width], i % MatrixBlocks.Width, i % MatrixBlocks.Width)) / Value(i));
            }
            found.Residual = largest / first;
            return found.HasConverged = largest <= Precision * Math.Max(last - next, SmallestGap * last) || largest <= 1e-14 * first;
        }

        /// <summary>Starts again from the leading approximations, twice as many blocks as a step takes.</summary>
        private void Restart(double[] vectors)
        {
            var kept = Best(vectors, 2 * blocksAStep);
            basis.Clear();
            images.Clear();
            basis.AddRange(kept.Select(k => k.Vectors));
            images.AddRange(kept.Select(k => k.Images));
        }

        private void Take(List<(double[] Vectors, double[] Images)> best, double[] squares)
        {
            for (var i = 0; i < wanted; i++)
            {
                var (vectors, image) = best[i / MatrixBlocks.Width];
                var value = Math.Sqrt(Math.Max(0, squares[i]));
                var near = Column(vectors, i % MatrixBlocks.Width);
                var far = Column(image, i % MatrixBlocks.Width);
                found.Values[i] = value;
                for (var j = 0; j < far.Length; j++)
                    far[j] = value > 0 ? far[j] / value : 0;
                (found.Left[i], found.Right[i]) = transposed ? (near, far) : (far, near);
            }
        }

        private static double[] Column(double[] block, int column)
        {
            var values = new double[block.Length / MatrixBlocks.Width];
            for (var i = 0; i < values.Length; i++)
                values[i] = block[(i * MatrixBlocks.Width) + column];
            return values;
        }
    }
}
