using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Summing;

namespace TaskArithmetic.Methods;

/// <summary>Spherical interpolation of two models with weights: over the whole tensor, its rows or its columns.</summary>
internal sealed class NuSlerp : IMergeMethod
{
    private const double ShortestLength = 1e-8;
    private const double SmallestSquaredSine = 1e-16;
    private const double SmallestWeights = 1e-6;

    public MethodSchema Schema { get; } = new()
    {
        Name = "nuslerp",
        Summary = "Spherical interpolation of two models, or of their vectors where there is a base; over whole tensors, rows or columns.",
        Formula = "sin((1−t)θ)/sin θ·v₁ + sin(tθ)/sin θ·v₂, t = w₂/(w₁+w₂), θ the angle of v₁ and v₂; vᵢ = xᵢ, or b + the same of dᵢ with a base",
        Source = "mergekit 0.1.5",
        Operands = Operands.Models,
        MergekitPrecision = MergekitDifferences.OtherSums,
        Base = BaseUse.Optional,
        MinimumInputs = 2,
        MaximumInputs = 2,
        Parameters =
        [
            MethodParameter.Weight with { Required = true, Default = null },
            new("nuslerp_flatten", ParameterScope.Global, ParameterKind.Flag, "One angle for the tensor; otherwise one for each row.") { Default = true },
            new("nuslerp_row_wise", ParameterScope.Global, ParameterKind.Flag, "Without nuslerp_flatten: one angle for each column (vectors along axis 0) instead of each row.") { Default = false },
        ],
    };

    public TensorMerge Bind(TensorContext tensor)
    {
        var arguments = tensor.Arguments;
        if (!arguments.Flag("nuslerp_flatten") && arguments.Flag("nuslerp_row_wise") && tensor.Shape.Count > 1)
            return new Columns(tensor);
        var byRow = !arguments.Flag("nuslerp_flatten");
        return tensor.Precision == Precision.Exact ? new Exact(tensor, byRow) : new Mergekit(tensor, byRow);
    }

    /// <summary>The reference takes the middle where the weights cancel.</summary>
    private static double Place(TensorContext context)
    {
        var weights = context.Arguments.Numbers("weight");
        var sum = weights[0] + weights[1];
        return Math.Abs(sum) < SmallestWeights ? 0.5 : weights[1] / sum;
    }

    private static double[] Factors(double squareA, double product, double squareB, double t)
    {
        var cosine = Math.Clamp(product / (Math.Max(Math.Sqrt(squareA), ShortestLength) * Math.Max(Math.Sqrt(squareB), ShortestLength)), -1, 1);
        if (1 - (cosine * cosine) <= SmallestSquaredSine)
            return [1 - t, t];
        var angle = Math.Acos(cosine);
        return [Math.Sin((1 - t) * angle) / Math.Sin(angle), Math.Sin(t * angle) / Math.Sin(angle)];
    }

    private sealed class Exact(TensorContext context, bool byRow) : SpanMerge(2, context.HasBase, byRow, context.RowLength)
    {
        private readonly double t = Place(context);

        protected override double[] Factors(Gram products) => NuSlerp.Factors(products[0, 0], products[0, 1], products[1, 1], t);
    }

    /// <summary>The reference's steps, each rounded to the working dtype.</summary>
    private sealed class Mergekit(TensorContext context, bool byRow) : TensorMerge
    {
        private readonly double t = Place(context);
        private readonly float[] lengths = new float[2];
        private float cosine;

        public override Unit Unit => byRow ? Unit.Row : Unit.Element;

        public override bool NeedsPass(int pass) => !byRow && pass < 2;

        public override IMeasure Begin(int pass) => new Sums(2);

        public override void Reduce(int pass, Blocks x, IMeasure into)
        {
            var sums = ((Sums)into).Values;
            if (pass == 1)
            {
                sums[0] += ProductOfUnits(context.Vector(x, 0), context.Vector(x, 1), lengths);
                return;
            }
            for (var i = 0; i < 2; i++)
                sums[i] += Reducing.SumOfSquares(context.Vector(x, i));
        }

        public override void Learn(int pass, IMeasure whole)
        {
            var sums = ((Sums)whole).Values;
            if (pass == 1)
                cosine = context.Round((float)sums[0]);
            for (var i = 0; i < 2 && pass == 0; i++)
                lengths[i] = context.Round((float)Math.Sqrt(sums[i]));
        }

        public override void Map(Blocks x, Span<float> output, Span<float> change)
        {
            var length = byRow ? (int)context.RowLength : x.Length;
            for (var first = 0; first < x.Length; first += length)
            {
                var run = x.Slice(first, length);
                var (a, b) = (context.Vector(run, 0), context.Vector(run, 1));
                var cosineOfRun = byRow ? CosineOf(a, b) : cosine;
                Interpolate(a, b, cosineOfRun).CopyTo(change[first..]);
            }
            change.CopyTo(output);
            if (context.HasBase)
            {
                Combining.Add(output, x.Base);
                context.Round(output);
            }
        }

        private float CosineOf(float[] a, float[] b)
        {
            float[] own = [context.Round((float)Math.Sqrt(Reducing.SumOfSquares(a))), context.Round((float)Math.Sqrt(Reducing.SumOfSquares(b)))];
            return context.Round((float)ProductOfUnits(a, b, own));
        }

        private double ProductOfUnits(float[] a, float[] b, float[] own)
        {
            var (unitA, unitB) = (UnitOf(a, own[0]), UnitOf(b, own[1]));
            var sum = 0.0;
            for (var i = 0; i < unitA.Length; i++)
                sum += context.Round(unitA[i] * unitB[i]);
            return sum;
        }

        private float[] UnitOf(float[] vector, float length)
        {
            var unit = (float[])vector.Clone();
            Combining.Divide(unit, MathF.Max(length, (float)ShortestLength));
            context.Round(unit);
            return unit;
        }

        private float[] Interpolate(float[] a, float[] b, float cosineOfRun)
        {
            var angle = context.Round(MathF.Acos(Math.Clamp(cosineOfRun, -1, 1)));
            var sine = context.Round(MathF.Sin(angle));
            var isLine = MathF.Abs(sine) < ShortestLength;
            var first = isLine ? (float)(1 - t) : context.Round(MathF.Sin(context.Round((float)(1 - t) * angle)));
            var second = isLine ? (float)t : context.Round(MathF.Sin(context.Round((float)t * angle)));
            Combining.Multiply(a, first);
            context.Round(a);
            Combining.Multiply(b, second);
            context.Round(b);
            Combining.Add(a, b);
            context.Round(a);
            if (!isLine)
            {
                Combining.Divide(a, sine);
                context.Round(a);
            }
            return a;
        }
    }

    /// <summary>
    /// One angle for each place behind axis 0. The reference's roundings between its steps are not repeated here: both precisions compute in
    /// double and round at the end.
    /// </summary>
    private sealed class Columns(TensorContext context) : TensorMerge
    {
        private readonly double t = Place(context);
        private readonly int columns = (int)(context.Elements / Math.Max(1, (long)context.Shape[0]));
        private float[] first = [];
        private float[] second = [];

        public override bool NeedsPass(int pass) => pass == 0;

        public override IMeasure Begin(int pass) => new Sums(3 * columns);

        public override void Reduce(int pass, Blocks x, IMeasure into)
        {
            var sums = ((Sums)into).Values;
            for (var i = 0; i < x.Length; i++)
            {
                var column = 3 * (int)((x.First + i) % columns);
                double a = Value(x, 0, i), b = Value(x, 1, i);
                sums[column] += a * a;
                sums[column + 1] += a * b;
                sums[column + 2] += b * b;
            }
        }

        public override void Learn(int pass, IMeasure whole)
        {
            var sums = ((Sums)whole).Values;
            (first, second) = (new float[columns], new float[columns]);
            for (var i = 0; i < columns; i++)
            {
                var factors = Factors(sums[3 * i], sums[(3 * i) + 1], sums[(3 * i) + 2], t);
                (first[i], second[i]) = ((float)factors[0], (float)factors[1]);
            }
        }

        public override void Map(Blocks x, Span<float> output, Span<float> change)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var column = (int)((x.First + i) % columns);
                change[i] = (first[column] * Value(x, 0, i)) + (second[column] * Value(x, 1, i));
                output[i] = context.HasBase ? x.Base[i] + change[i] : change[i];
            }
            context.Round(output);
        }

        private float Value(Blocks x, int input, int i) => context.HasBase ? x[input][i] - x.Base[i] : x[input][i];
    }
}
