using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Summing;

namespace TaskArithmetic.Methods;

/// <summary>Goes from the base towards the mean of models as far as the angles between them allow.</summary>
internal sealed class ModelStock : IMergeMethod
{
    private const double SmallestLengths = 1e-6;
    private const double SmallestDenominator = 1e-6;

    public MethodSchema Schema { get; } = new()
    {
        Name = "model_stock",
        Summary = "Between base and mean of fine-tuned models, nearer to the mean the more their vectors agree.",
        Formula = "t·mean(xᵢ) + (1−t)·b, t = N·c/(1+(N−1)·c), c the mean cosine of every two dᵢ",
        Source = "Model Stock, arXiv 2403.19522; mergekit 0.1.5",
        Operands = Operands.Models,
        MergekitPrecision = MergekitDifferences.OtherSums,
        MinimumInputs = 2,
        Parameters =
        [
            new("filter_wise", ParameterScope.Global, ParameterKind.Flag, "One t for each row instead of one for the tensor.") { Default = false },
        ],
    };

    public TensorMerge Bind(TensorContext tensor)
    {
        var byRow = tensor.Arguments.Flag("filter_wise");
        return tensor.Precision == Precision.Exact ? new Exact(tensor, byRow) : new Mergekit(tensor, byRow);
    }

    /// <summary>b + Σ (t/N)·dᵢ, which is the same in real numbers; t = 0 gives the base's bits.</summary>
    private sealed class Exact(TensorContext context, bool byRow) : SpanMerge(context.Inputs, differences: true, byRow, context.RowLength)
    {
        protected override double[] Factors(Gram products)
        {
            var n = products.Size;
            var sum = 0.0;
            for (var i = 0; i < n; i++)
            {
                for (var j = i + 1; j < n; j++)
                    sum += Cosine(products, i, j);
            }
            var cosine = sum / (n * (n - 1) / 2);
            var denominator = 1 + ((n - 1) * cosine);
            var t = Math.Abs(denominator) < SmallestDenominator ? 0 : n * cosine / denominator;
            return [.. Enumerable.Repeat(t / n, n)];
        }

        private static double Cosine(Gram products, int i, int j) =>
            Math.Clamp(products[i, j] / Math.Max(products.Norm(i) * products.Norm(j), SmallestLengths), -1, 1);
    }

    /// <summary>The same with the reference's roundings: dᵢ = R(xᵢ − b), R of every norm, sum and quotient.</summary>
    private sealed class Mergekit(TensorContext context, bool byRow) : TensorMerge
    {
        private float interpolation;

        public override Unit Unit => byRow ? Unit.Row : Unit.Element;

        public override bool NeedsPass(int pass) => !byRow && pass == 0;

        public override IMeasure Begin(int pass) => new Sums(context.Inputs + (context.Inputs * context.Inputs));

        public override void Reduce(int pass, Blocks x, IMeasure into) => Measure(x, ((Sums)into).Values);

        public override void Learn(int pass, IMeasure whole) => interpolation = Interpolation(((Sums)whole).Values);

        public override void Map(Blocks x, Span<float> output, Span<float> change)
        {
            var length = byRow ? (int)context.RowLength : x.Length;
            for (var first = 0; first < x.Length; first += length)
            {
                var row = x.Slice(first, length);
                var sums = new double[context.Inputs + (context.Inputs * context.Inputs)];
                if (byRow)
                    Measure(row, sums);
                Interpolate(row, byRow ? Interpolation(sums) : interpolation, output.Slice(first, length));
            }
        }

        /// <summary>Σ dᵢ², then Σ R(dᵢ·dⱼ).</summary>
        private void Measure(Blocks x, double[] sums)
        {
            var vectors = new float[x.Count][];
            var product = new float[x.Length];
            for (var i = 0; i < x.Count; i++)
            {
                vectors[i] = context.Vector(x, i);
                sums[i] += Reducing.SumOfSquares(vectors[i]);
                for (var j = 0; j < i; j++)
                {
                    for (var k = 0; k < product.Length; k++)
                        product[k] = vectors[j][k] * vectors[i][k];
                    context.Round(product);
                    foreach (var value in product)
                        sums[x.Count + (j * x.Count) + i] += value;
                }
            }
        }

        private float Interpolation(double[] sums)
        {
            var n = context.Inputs;
            var total = 0f;
            for (var i = 0; i < n; i++)
            {
                for (var j = i + 1; j < n; j++)
                {
                    var lengths = context.Round(context.Round((float)Math.Sqrt(sums[i])) * context.Round((float)Math.Sqrt(sums[j])));
                    var cosine = context.Round(context.Round((float)sums[n + (i * n) + j]) / MathF.Max(lengths, (float)SmallestLengths));
                    total += Math.Clamp(cosine, -1, 1);
                }
            }
            var mean = context.Round(total / (n * (n - 1) / 2));
            var denominator = context.Round(1 + context.Round((n - 1) * mean));
            return MathF.Abs(denominator) < SmallestDenominator ? 0 : context.Round(context.Round(n * mean) / denominator);
        }

        /// <summary>R(R(t·R(R(Σ xᵢ)/N)) + R(R(1 − t)·b)), the sum rounded after every term.</summary>
        private void Interpolate(Blocks x, float t, Span<float> output)
        {
            output.Clear();
            for (var i = 0; i < x.Count; i++)
            {
                Combining.Add(output, x[i]);
                context.Round(output);
            }
            Combining.Divide(output, x.Count);
            context.Round(output);
            Combining.Multiply(output, t);
            context.Round(output);
            var rest = x.Base.ToArray();
            Combining.Multiply(rest, context.Round(1 - t));
            context.Round(rest);
            Combining.Add(output, rest);
            context.Round(output);
        }
    }
}
