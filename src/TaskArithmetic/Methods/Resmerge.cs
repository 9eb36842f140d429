using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Matrices;

namespace TaskArithmetic.Methods;

/// <summary>
/// Averages what RL-trained experts agree on: every matrix is parted into its leading directions (head) and the rest (tail), tails are
/// averaged by direction, and little of the heads is added.
/// </summary>
internal sealed class Resmerge : IMergeMethod
{
    private const double Epsilon = 1e-8;
    private const double ComparableLengths = 3;
    private const double ClearGap = 1e-5;

    public MethodSchema Schema { get; } = new()
    {
        Name = "resmerge",
        IsOwn = true,
        Summary = "Consensus of the spectral tails of several RL vectors with a small correction along their heads. Made for two or more RL-trained experts of one base and comparable length; other tensors than attention and feed-forward matrices are averaged.",
        Formula = "b + A + C for matrices: Rᵢ = dᵢ less its K largest singular directions Hᵢ, A = c^β·mean‖Rᵢ‖·q/‖q‖ with q = Σ Rᵢ/‖Rᵢ‖ and c the mean cosine of Rᵢ and q, or mean Rᵢ where c ≤ 1/√N; C = ρ·S·‖A‖·H̄/‖H̄‖, S the mean positive cosine of the heads",
        Source = "ResMerge, arXiv 2606.02252",
        Operands = Operands.TaskVectors,
        Parameters =
        [
            new("rank", ParameterScope.Global, ParameterKind.Integer, "Singular directions of a head (K).") { Default = 1.0, Minimum = 1 },
            new("beta_min", ParameterScope.Global, ParameterKind.Number, "Exponent of the shrinkage where vectors agree.") { Default = 0.7, Minimum = 0 },
            new("beta_max", ParameterScope.Global, ParameterKind.Number, "Exponent of the shrinkage where they do not.") { Default = 1.0, Minimum = 0 },
            new("rho", ParameterScope.Global, ParameterKind.Number, "Length of the heads' correction as a share of the tail's (ρ).") { Default = 0.2, Minimum = 0 },
        ],
    };

    public IEnumerable<string> Problems(TensorContext tensor) =>
        tensor.Arguments.Number("beta_min") > tensor.Arguments.Number("beta_max") ? ["beta_min is larger than beta_max"] : [];

    public TensorMerge Bind(TensorContext tensor) => SpectralTensors.IsSpectral(tensor) ? new Spectral(tensor) : new Mean(tensor);

    /// <summary>How a tail is averaged.</summary>
    internal enum Branch
    {
        /// <summary>Arithmetic mean.</summary>
        Mean,

        /// <summary>Mean direction times mean length, shrunk by agreement.</summary>
        Sphere,

        /// <summary>No vector has a tail.</summary>
        Empty,
    }

    /// <summary>What a matrix's vectors are to each other.</summary>
    internal sealed record Agreement
    {
        /// <summary>‖dᵢ‖.</summary>
        public required double[] Norms { get; init; }

        /// <summary>‖Rᵢ‖.</summary>
        public required double[] TailNorms { get; init; }

        /// <summary>‖Hᵢ‖²/‖dᵢ‖².</summary>
        public required double[] HeadShares { get; init; }

        /// <summary>Smallest (σₖ − σₖ₊₁)/σ₁.</summary>
        public required double SmallestGap { get; init; }

        public Branch Branch { get; init; }

        /// <summary>Mean cosine of every two tails (s_R).</summary>
        public double TailCosine { get; init; }

        /// <summary>Mean cosine of the tails with their consensus (c_R).</summary>
        public double Consensus { get; init; }

        /// <summary>The exponent β.</summary>
        public double Beta { get; init; }

        /// <summary>‖A‖.</summary>
        public double TailNorm { get; init; }

        /// <summary>Mean positive cosine of the heads (S_H).</summary>
        public double HeadCosine { get; init; }

        /// <summary>‖mean Hᵢ‖.</summary>
        public double MeanHeadNorm { get; init; }

        /// <summary>‖C‖.</summary>
        public double CorrectionNorm { get; init; }

        /// <summary>Factors of the tails in A.</summary>
        public double[] TailFactors { get; init; } = [];

        /// <summary>The factor of every head in C.</summary>
        public double HeadFactor { get; init; }
    }

    /// <summary>The experts' average, whatever their agreement: norms, biases, embeddings, head, and tensors of more than two axes.</summary>
    private sealed class Mean(TensorContext context) : TaskVectorMerge(context)
    {
        public override IEnumerable<MethodCount> Counts => [new("tensors averaged", 1)];

        public override IEnumerable<string> Remarks => Context.Shape.Count > 2 ? ["it has more than two axes, which the method does not define, and is averaged"] : [];

        protected override void Combine(Blocks x, Span<float> merged)
        {
            merged.Clear();
            for (var i = 0; i < x.Count; i++)
                Combining.AddScaled(merged, x[i], 1f / x.Count);
            Context.Round(merged);
        }
    }

    /// <summary>A matrix, seen as a whole: heads and agreement are found first, then every row is mapped.</summary>
    internal sealed class Spectral(TensorContext context) : TaskVectorMerge(context)
    {
        private Analysis? found;

        /// <summary>What was found; null before.</summary>
        public Agreement? Agreement => found?.Agreement;

        public override Unit Unit => Unit.Tensor;

        public override IEnumerable<MethodCount> Counts => Agreement is null ? [] : [new(Agreement.Branch == Branch.Sphere ? "tails on the sphere" : "tails averaged", 1)];

        public override IEnumerable<string> Remarks
        {
            get
            {
                var lengths = Agreement?.Norms.Where(n => n > 0).ToArray() ?? [];
                if (lengths.Length > 1 && lengths.Max() > ComparableLengths * lengths.Min())
                    yield return "its longest vector is more than three times as long as its shortest, while the method gives directions equal weight and assumes comparable RL experts";
                if (Agreement?.SmallestGap < ClearGap)
                    yield return "the singular values at the end of a head are nearly equal, so the head is ill-defined";
                if (found?.Heads.Any(h => !h.HasConverged) == true)
                    yield return "the singular directions of a head were not found to full precision";
            }
        }

        public override bool NeedsPass(int pass) => pass == 0;

        public override IMeasure Begin(int pass) => new Finding<Analysis>();

        public override void Reduce(int pass, Blocks x, IMeasure into) => ((Finding<Analysis>)into).Value = Analysis.Of(Context, x);

        public override void Learn(int pass, IMeasure whole) => found = ((Finding<Analysis>)whole).Value;

        /// <summary>Σ aᵢ·Rᵢ + Σ c·Hᵢ as Σ aᵢ·dᵢ + Σ (c − aᵢ)·Hᵢ, row by row in double.</summary>
        protected override void Combine(Blocks x, Span<float> merged)
        {
            var columns = (int)Context.RowLength;
            var row = new double[columns];
            var agreement = found!.Agreement;
            for (var first = 0; first < x.Length; first += columns)
            {
                Array.Clear(row);
                for (var i = 0; i < x.Count; i++)
                {
                    var values = x[i].Slice(first, columns);
                    for (var j = 0; j < columns; j++)
                        row[j] += agreement.TailFactors[i] * values[j];
                    found.Heads[i].AddRow((int)((x.First + first) / columns), agreement.HeadFactor - agreement.TailFactors[i], row);
                }
                for (var j = 0; j < columns; j++)
                    merged[first + j] = (float)row[j];
            }
            Context.Round(merged);
        }
    }

    /// <summary>Heads and what follows from inner products of heads and tails.</summary>
    internal sealed record Analysis(LeadingSubspace[] Heads, Agreement Agreement)
    {
        public static Analysis Of(TensorContext context, Blocks x)
        {
            var (rows, columns) = ((int)context.Shape[0], (int)context.Shape[1]);
            var heads = new LeadingSubspace[x.Count];
            for (var i = 0; i < heads.Length; i++)
                heads[i] = LeadingSubspace.Of(x[i], rows, columns, context.Arguments.Integer("rank"));
            return new Analysis(heads, Agree(context, TailProducts(x, heads, columns), heads, Norms(x)));
        }

        private static double[] Norms(Blocks x)
        {
            var norms = new double[x.Count];
            for (var i = 0; i < norms.Length; i++)
                norms[i] = Math.Sqrt(Reducing.SumOfSquares(x[i]));
            return norms;
        }

        /// <summary>Tails are formed row by row: their products by subtraction of the heads' would lose small tails to cancellation.</summary>
        private static double[,] TailProducts(Blocks x, LeadingSubspace[] heads, int columns)
        {
            var products = new double[x.Count, x.Count];
            var tails = heads.Select(_ => new double[columns]).ToArray();
            for (var first = 0; first < x.Length; first += columns)
            {
                for (var i = 0; i < tails.Length; i++)
                {
                    var values = x[i].Slice(first, columns);
                    for (var j = 0; j < columns; j++)
                        tails[i][j] = values[j];
                    heads[i].AddRow(first / columns, -1, tails[i]);
                }
                AddProducts(products, tails);
            }
            return products;
        }

        private static void AddProducts(double[,] products, double[][] tails)
        {
            for (var i = 0; i < tails.Length; i++)
            {
                for (var k = i; k < tails.Length; k++)
                {
                    var sum = 0.0;
                    for (var j = 0; j < tails[i].Length; j++)
                        sum += tails[i][j] * tails[k][j];
                    products[i, k] = products[k, i] = products[i, k] + sum;
                }
            }
        }

        private static Agreement Agree(TensorContext context, double[,] tails, LeadingSubspace[] heads, double[] norms)
        {
            var agreement = new Agreement
            {
                Norms = norms,
                TailNorms = [.. norms.Select((_, i) => Math.Sqrt(tails[i, i]))],
                HeadShares = [.. heads.Select((h, i) => norms[i] > 0 ? h.Product(h) / (norms[i] * norms[i]) : 0)],
                SmallestGap = heads.Min(h => h.Gap),
            };
            return Correct(context, heads, AgreeOnTails(context, tails, agreement));
        }

        /// <summary>Steps 2 to 7: the factors of the tails.</summary>
        private static Agreement AgreeOnTails(TensorContext context, double[,] tails, Agreement agreement)
        {
            var n = agreement.TailNorms.Length;
            var lengths = agreement.TailNorms;
            if (lengths.Max() <= Epsilon)
                return agreement with { Branch = Branch.Empty, TailFactors = new double[n] };
            // q = Σ Rᵢ/(nᵢ + ε), and the products of the qᵢ with it and with each other.
            double Product(int i, int j) => tails[i, j] / ((lengths[i] + Epsilon) * (lengths[j] + Epsilon));
            double Unit(int i) => lengths[i] / (lengths[i] + Epsilon);
            var withSum = Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Sum(j => Product(i, j))).ToArray();
            var sum = Math.Sqrt(Math.Max(0, withSum.Sum()));
            var mean = Enumerable.Repeat(1.0 / n, n).ToArray();
            if (sum <= Epsilon)
                return WithTails(agreement with { Branch = Branch.Mean }, tails, mean);
            var tailCosine = n == 1 ? 1 : Pairs(n).Average(p => Product(p.I, p.J) / ((Unit(p.I) * Unit(p.J)) + Epsilon));
            var direction = sum / (sum + Epsilon);
            var consensus = Math.Clamp(Enumerable.Range(0, n).Average(i => withSum[i] / (sum + Epsilon) / ((Unit(i) * direction) + Epsilon)), 0, 1);
            var beta = Beta(context, tailCosine, consensus);
            agreement = agreement with { TailCosine = tailCosine, Consensus = consensus, Beta = beta };
            if (consensus <= 1 / Math.Sqrt(n))
                return WithTails(agreement with { Branch = Branch.Mean }, tails, mean);
            var scale = Math.Pow(consensus, beta) * lengths.Average() / (sum + Epsilon);
            return WithTails(agreement with { Branch = Branch.Sphere }, tails, [.. lengths.Select(l => scale / (l + Epsilon))]);
        }

        private static double Beta(TensorContext context, double tailCosine, double consensus)
        {
            var factor = SpectralTensors.IsAttentionOrFeedForward(context.Name) ? 1 : 0;
            var score = Math.Clamp(0.5 * (Math.Clamp((tailCosine + 1) / 2, 0, 1) + Math.Clamp((consensus + 1) / 2, 0, 1)) * factor, 0, 1);
            var (least, most) = (context.Arguments.Number("beta_min"), context.Arguments.Number("beta_max"));
            return most - ((most - least) * score);
        }

        private static Agreement WithTails(Agreement agreement, double[,] tails, double[] factors)
        {
            var square = 0.0;
            for (var i = 0; i < factors.Length; i++)
            {
                for (var j = 0; j < factors.Length; j++)
                    square += factors[i] * factors[j] * tails[i, j];
            }
            return agreement with { TailFactors = factors, TailNorm = Math.Sqrt(Math.Max(0, square)) };
        }

        /// <summary>Steps 8 and 9: the factor of the heads.</summary>
        private static Agreement Correct(TensorContext context, LeadingSubspace[] heads, Agreement agreement)
        {
            var n = heads.Length;
            var products = new double[n, n];
            for (var i = 0; i < n; i++)
            {
                for (var j = 0; j < n; j++)
                    products[i, j] = heads[i].Product(heads[j]);
            }
            var there = Enumerable.Range(0, n).Where(i => Math.Sqrt(products[i, i]) > Epsilon).ToArray();
            var cosine = there.Length switch
            {
                0 => 0,
                1 => 1,
                _ => Math.Clamp(Pairs(there.Length).Average(p => Math.Max(0, Cosine(products, there[p.I], there[p.J]))), 0, 1),
            };
            var meanNorm = Math.Sqrt(Math.Max(0, products.Cast<double>().Sum())) / n;
            var share = context.Arguments.Number("rho") * cosine;
            var norm = share > 0 && agreement.TailNorm > Epsilon && meanNorm > Epsilon ? share * agreement.TailNorm : 0;
            return agreement with { HeadCosine = cosine, MeanHeadNorm = meanNorm, CorrectionNorm = norm, HeadFactor = norm > 0 ? norm / (n * meanNorm) : 0 };
        }

        /// <summary>The cosine of two heads of unit length, with the ε of all cosines here.</summary>
        private static double Cosine(double[,] products, int i, int j) =>
            products[i, j] / Math.Sqrt(products[i, i] * products[j, j]) / (1 + Epsilon);

        private static IEnumerable<(int I, int J)> Pairs(int count) =>
            Enumerable.Range(0, count).SelectMany(i => Enumerable.Range(i + 1, count - i - 1).Select(j => (i, j)));
    }
}
