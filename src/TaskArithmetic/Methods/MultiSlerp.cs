using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Summing;

namespace TaskArithmetic.Methods;

/// <summary>Interpolates several tensors on the sphere.</summary>
internal sealed class MultiSlerp : IMergeMethod
{
    public MethodSchema Schema { get; } = new()
    {
        Name = "multislerp",
        Summary = "Spherical mean of several models, or of their vectors where there is a base: direction of the weighted mean of unit tensors, weighted mean of lengths.",
        Formula = "(Σ wᵢ‖vᵢ‖)·m/‖m‖, m = Σ wᵢ·vᵢ/‖vᵢ‖; vᵢ = xᵢ, or b + the same of dᵢ with a base; the mean of tangents at m/‖m‖ is zero",
        Source = "Goddard, multi-SLERP (2025); mergekit 0.1.5",
        Operands = Operands.Models,
        MergekitPrecision = MergekitDifferences.OtherSums,
        Base = BaseUse.Optional,
        Parameters =
        [
            MethodParameter.Weight,
            new("normalize_weights", ParameterScope.Global, ParameterKind.Flag, "Divide the weights by their sum.") { Default = true },
            new("eps", ParameterScope.Global, ParameterKind.Number, "Length below which the mean has no direction, and what is added to lengths that divide.") { Default = 1e-8, Minimum = 0 },
        ],
    };

    public IEnumerable<string> Problems(TensorContext tensor) =>
        tensor.Inputs > 1 && tensor.Arguments.Flag("normalize_weights") && Math.Abs(tensor.Arguments.Numbers("weight").Sum()) < 1e-8
            ? ["the weights sum to 0, so they cannot be normalised"]
            : [];

    public TensorMerge Bind(TensorContext tensor) =>
        tensor.Precision == Precision.Exact || tensor.Inputs == 1 ? new Exact(tensor) : new Mergekit(tensor);

    private static double[] Weights(TensorContext context)
    {
        var weights = context.Arguments.Numbers("weight");
        var divisor = context.Arguments.Flag("normalize_weights") ? weights.Sum() : 1;
        return [.. weights.Select(w => w / divisor)];
    }

    /// <summary>
    /// The reference projects all unit tensors to the tangent space at their weighted mean and averages them there; that average is zero by
    /// the choice of the point, so the way back along the sphere has length zero and only the mean's direction is left.
    /// </summary>
    private sealed class Exact(TensorContext context) : SpanMerge(context.Inputs, context.HasBase, byRow: false, context.RowLength)
    {
        protected override double[] Factors(Gram products)
        {
            if (products.Size == 1)
                return [1];
            var eps = context.Arguments.Number("eps");
            var weights = Weights(context);
            var mean = weights.Select((w, i) => w / (products.Norm(i) + eps)).ToArray();
            var length = products.Length(mean);
            // Vectors that cancel have no mean direction: the reference interpolates two along the line and fails with more; ours does not.
            if (length < eps)
                return weights;
            var scale = weights.Select((w, i) => w * products.Norm(i)).Sum() / length;
            return [.. mean.Select(m => m * scale)];
        }
    }

    /// <summary>The reference's steps, each rounded to the working dtype.</summary>
    private sealed class Mergekit : TensorMerge
    {
        private readonly TensorContext context;
        private readonly float[] weights;
        private readonly float eps;
        private readonly float[] lengths;
        private readonly float[] dots;
        private float meanLength;
        private float tangentLength;

        public Mergekit(TensorContext context)
        {
            this.context = context;
            eps = (float)context.Arguments.Number("eps");
            weights = [.. context.Arguments.Numbers("weight").Select(w => context.Round((float)w))];
            var sum = context.Round(weights.Sum());
            if (context.Arguments.Flag("normalize_weights"))
                weights = [.. weights.Select(w => context.Round(w / sum))];
            lengths = new float[weights.Length];
            dots = new float[weights.Length];
        }

        /// <summary>Lengths; the mean's length; the units' products with the mean; the length of the mean of tangents.</summary>
        public override bool NeedsPass(int pass) => pass < 2 || (pass < 4 && meanLength >= eps);

        public override IMeasure Begin(int pass) => new Sums(context.Inputs);

        public override void Reduce(int pass, Blocks x, IMeasure into)
        {
            var sums = ((Sums)into).Values;
            switch (pass)
            {
                case 0:
                    for (var i = 0; i < x.Count; i++)
                        sums[i] += Reducing.SumOfSquares(context.Vector(x, i));
                    break;
                case 1:
                    sums[0] += Reducing.SumOfSquares(Mean(x));
                    break;
                case 2:
                    var mean = Direction(x);
                    for (var i = 0; i < x.Count; i++)
                        sums[i] += SumOfProducts(UnitOf(x, i), mean);
                    break;
                default:
                    sums[0] += Reducing.SumOfSquares(Tangent(x));
                    break;
            }
        }

        public override void Learn(int pass, IMeasure whole)
        {
            var sums = ((Sums)whole).Values;
            switch (pass)
            {
                case 0:
                    for (var i = 0; i < sums.Length; i++)
                        lengths[i] = context.Round((float)Math.Sqrt(sums[i]));
                    break;
                case 1:
                    meanLength = context.Round((float)Math.Sqrt(sums[0]));
                    break;
                case 2:
                    for (var i = 0; i < sums.Length; i++)
                        dots[i] = context.Round((float)sums[i]);
                    break;
                default:
                    tangentLength = context.Round(context.Round((float)Math.Sqrt(sums[0])) + eps);
                    break;
            }
        }

        public override void Map(Blocks x, Span<float> output, Span<float> change)
        {
            var merged = meanLength < eps ? Line(x) : Arc(x);
            merged.CopyTo(output);
            if (!context.HasBase)
                return;
            Combining.Add(output, x.Base);
            context.Round(output);
        }

        private float[] Arc(Blocks x)
        {
            var result = Direction(x);
            Combining.Multiply(result, context.Round(MathF.Cos(tangentLength)));
            context.Round(result);
            var tangent = Tangent(x);
            Combining.Multiply(tangent, context.Round(context.Round(MathF.Sin(tangentLength)) / tangentLength));
            context.Round(tangent);
            Combining.Add(result, tangent);
            context.Round(result);
            var length = 0f;
            for (var i = 0; i < weights.Length; i++)
                length += context.Round(lengths[i] * weights[i]);
            Combining.Multiply(result, context.Round(length));
            context.Round(result);
            return result;
        }

        private float[] Line(Blocks x)
        {
            var sum = new float[x.Length];
            for (var i = 0; i < x.Count; i++)
            {
                var vector = context.Vector(x, i);
                Combining.Multiply(vector, weights[i]);
                context.Round(vector);
                Combining.Add(sum, vector);
                context.Round(sum);
            }
            return sum;
        }

        private float[] UnitOf(Blocks x, int i)
        {
            var unit = context.Vector(x, i);
            Combining.Divide(unit, context.Round(lengths[i] + eps));
            context.Round(unit);
            return unit;
        }

        private float[] Mean(Blocks x)
        {
            var mean = new float[x.Length];
            for (var i = 0; i < x.Count; i++)
                AddWeighted(mean, UnitOf(x, i), i);
            context.Round(mean);
            return mean;
        }

        private float[] Direction(Blocks x)
        {
            var direction = Mean(x);
            Combining.Divide(direction, meanLength);
            context.Round(direction);
            return direction;
        }

        private float[] Tangent(Blocks x)
        {
            var mean = Direction(x);
            var sum = new float[x.Length];
            for (var i = 0; i < x.Count; i++)
            {
                var along = (float[])mean.Clone();
                Combining.Multiply(along, dots[i]);
                context.Round(along);
                var tangent = UnitOf(x, i);
                Combining.Subtract(tangent, along);
                context.Round(tangent);
                AddWeighted(sum, tangent, i);
            }
            context.Round(sum);
            return sum;
        }

        /// <summary>Products are rounded, their sum is not until all are in it.</summary>
        private void AddWeighted(float[] sum, float[] vector, int i)
        {
            Combining.Multiply(vector, weights[i]);
            context.Round(vector);
            Combining.Add(sum, vector);
        }

        private double SumOfProducts(float[] a, float[] b)
        {
            var sum = 0.0;
            for (var i = 0; i < a.Length; i++)
                sum += context.Round(a[i] * b[i]);
            return sum;
        }
    }
}
