using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Summing;

namespace TaskArithmetic.Methods;

/// <summary>The Riemannian mean of models on the sphere.</summary>
internal sealed class Karcher : IMergeMethod
{
    public MethodSchema Schema { get; } = new()
    {
        Name = "karcher",
        Summary = "Riemannian (Karcher) mean of unit tensors times their mean length; all models count alike, the base too where it is listed.",
        Formula = "mean‖xᵢ‖·u, u the point of the sphere where the mean of the tangents to all xᵢ/‖xᵢ‖ is zero",
        Source = "Grove and Karcher, Math. Z. 132 (1973); mergekit 0.1.5",
        Operands = Operands.Models,
        MergekitPrecision = MergekitDifferences.OtherSums,
        Base = BaseUse.Input,
        Parameters =
        [
            new("max_iter", ParameterScope.Global, ParameterKind.Integer, "Most steps.") { Default = 10.0, Minimum = 1, Maximum = 1000 },
            new("tol", ParameterScope.Global, ParameterKind.Number, "Angle in radians below which a step ends the search, and length below which a tensor does not count.") { Default = 1e-5, Minimum = 0 },
        ],
    };

    public TensorMerge Bind(TensorContext tensor) => tensor.Precision == Precision.Exact || tensor.Inputs == 1 ? new Exact(tensor) : new Mergekit(tensor);

    /// <summary>Every point of the search lies in the span of the inputs: their inner products are all there is to know.</summary>
    private sealed class Exact(TensorContext context) : SpanMerge(context.Inputs, differences: false, byRow: false, context.RowLength)
    {
        protected override double[] Factors(Gram products)
        {
            var n = products.Size;
            var tolerance = context.Arguments.Number("tol");
            var counted = Enumerable.Range(0, n).Where(i => products.Norm(i) > tolerance).ToArray();
            if (counted.Length == 0)
                return new double[n];
            var point = Start(products, counted, tolerance);
            for (var step = 0; step < context.Arguments.Integer("max_iter"); step++)
            {
                var tangent = Tangent(products, counted, point, tolerance);
                var length = products.Length(tangent);
                if (length < tolerance)
                    break;
                for (var i = 0; i < n; i++)
                    point[i] = (Math.Cos(length) * point[i]) + (Math.Sin(length) * (tangent[i] / length));
                Normalise(products, point);
            }
            var meanLength = Enumerable.Range(0, n).Sum(products.Norm) / n;
            return [.. point.Select(p => p * meanLength)];
        }

        private static double[] Start(Gram products, int[] counted, double tolerance)
        {
            var point = new double[products.Size];
            foreach (var i in counted)
                point[i] = 1 / (counted.Length * products.Norm(i));
            if (products.Length(point) < tolerance)
            {
                Array.Clear(point);
                point[counted[0]] = 1 / products.Norm(counted[0]);
            }
            Normalise(products, point);
            return point;
        }

        private static double[] Tangent(Gram products, int[] counted, double[] point, double tolerance)
        {
            var tangent = new double[point.Length];
            var unit = new double[point.Length];
            foreach (var i in counted)
            {
                Array.Clear(unit);
                unit[i] = 1 / products.Norm(i);
                var cosine = Math.Clamp(products.Product(point, unit), -1, 1);
                var angle = Math.Acos(cosine);
                if (angle < tolerance)
                    continue;
                for (var j = 0; j < tangent.Length; j++)
                    tangent[j] += angle / Math.Sin(angle) / counted.Length * (unit[j] - (cosine * point[j]));
            }
            return tangent;
        }

        private static void Normalise(Gram products, double[] point)
        {
            var length = products.Length(point);
            for (var i = 0; i < point.Length; i++)
                point[i] /= length;
        }
    }

    /// <summary>
    /// The reference's steps, each rounded to the working dtype. A step's point depends on every point before it, so a block finds it anew
    /// from the numbers that the passes so far have learnt.
    /// </summary>
    private sealed class Mergekit(TensorContext context) : TensorMerge
    {
        private readonly int mostSteps = context.Arguments.Integer("max_iter");
        private readonly double tolerance = context.Arguments.Number("tol");
        private readonly List<Step> steps = [];
        private float[] lengths = [];
        private int[] counted = [];
        private float startLength;
        private Stage next = Stage.Lengths;

        /// <summary>What a pass measures.</summary>
        private enum Stage
        {
            Lengths,
            Start,
            Cosines,
            Tangent,
            Point,
            Done,
        }

        public override bool NeedsPass(int pass) => next != Stage.Done;

        public override IMeasure Begin(int pass) => new Sums(context.Inputs);

        public override void Reduce(int pass, Blocks x, IMeasure into)
        {
            var sums = ((Sums)into).Values;
            if (next == Stage.Lengths)
            {
                for (var i = 0; i < x.Count; i++)
                    sums[i] += Reducing.SumOfSquares(x[i]);
                return;
            }
            var units = Units(x);
            switch (next)
            {
                case Stage.Start:
                    sums[0] += Reducing.SumOfSquares(Sum(units));
                    break;
                case Stage.Cosines:
                    var point = Point(units, steps.Count);
                    for (var i = 0; i < units.Length; i++)
                        sums[i] += Reducing.Dot(point, units[i]);
                    break;
                case Stage.Tangent:
                    sums[0] += Reducing.SumOfSquares(Tangent(units, Point(units, steps.Count - 1), steps[^1]));
                    break;
                default:
                    sums[0] += Reducing.SumOfSquares(Point(units, steps.Count));
                    break;
            }
        }

        public override void Learn(int pass, IMeasure whole)
        {
            var sums = ((Sums)whole).Values;
            var length = (float)Math.Sqrt(sums[0]);
            switch (next)
            {
                case Stage.Lengths:
                    lengths = [.. sums.Select(s => (float)Math.Sqrt(s))];
                    counted = [.. Enumerable.Range(0, lengths.Length).Where(i => lengths[i] > tolerance)];
                    next = counted.Length == 0 ? Stage.Done : Stage.Start;
                    break;
                case Stage.Start:
                    startLength = length;
                    next = mostSteps > 0 ? Stage.Cosines : Stage.Done;
                    break;
                case Stage.Cosines:
                    steps.Add(new Step([.. sums.Select(s => Math.Clamp(context.Round((float)s), -1, 1))], 0, 0));
                    next = Stage.Tangent;
                    break;
                case Stage.Tangent when length < tolerance:
                    steps.RemoveAt(steps.Count - 1);
                    next = Stage.Done;
                    break;
                case Stage.Tangent:
                    steps[^1] = steps[^1] with { TangentLength = length };
                    next = Stage.Point;
                    break;
                default:
                    steps[^1] = steps[^1] with { PointLength = length > tolerance ? length : 0 };
                    next = steps.Count < mostSteps ? Stage.Cosines : Stage.Done;
                    break;
            }
        }

        public override void Map(Blocks x, Span<float> output, Span<float> change)
        {
            output.Clear();
            if (counted.Length > 0)
            {
                Point(Units(x), steps.Count).CopyTo(output);
                Combining.Multiply(output, MeanLength());
                context.Round(output);
            }
        }

        private float MeanLength()
        {
            // A tensor too short to count still belongs to the mean.
            return context.Round((float)(lengths.Sum(l => (double)l) / lengths.Length));
        }

        /// <summary>The unit tensors that count; a length keeps its float32 precision.</summary>
        private float[][] Units(Blocks x)
        {
            var units = new float[counted.Length][];
            for (var i = 0; i < units.Length; i++)
            {
                units[i] = x[counted[i]].ToArray();
                Divide(units[i], lengths[counted[i]]);
            }
            return units;
        }

        private float[] Sum(float[][] units)
        {
            var sum = new float[units[0].Length];
            foreach (var unit in units)
                AddScaled(sum, (float[])unit.Clone(), (float)(1.0 / units.Length));
            return sum;
        }

        /// <summary>The point after so many steps.</summary>
        private float[] Point(float[][] units, int count)
        {
            var point = Sum(units);
            if (startLength < tolerance)
                point = (float[])units[0].Clone();
            else
                Divide(point, startLength);
            foreach (var step in steps.Take(count))
            {
                var tangent = Tangent(units, point, step);
                Divide(tangent, step.TangentLength);
                Multiply(point, context.Round(MathF.Cos(step.TangentLength)));
                AddScaled(point, tangent, context.Round(MathF.Sin(step.TangentLength)));
                if (step.PointLength > 0)
                    Divide(point, step.PointLength);
            }
            return point;
        }

        private float[] Tangent(float[][] units, float[] point, Step step)
        {
            var sum = new float[point.Length];
            for (var i = 0; i < units.Length; i++)
            {
                var angle = context.Round(MathF.Acos(step.Cosines[i]));
                if (angle < tolerance)
                    continue;
                var along = (float[])point.Clone();
                Multiply(along, step.Cosines[i]);
                var tangent = (float[])units[i].Clone();
                Combining.Subtract(tangent, along);
                context.Round(tangent);
                AddScaled(sum, tangent, context.Round((float)(1.0 / units.Length) * context.Round(angle / context.Round(MathF.Sin(angle)))));
            }
            return sum;
        }

        private void AddScaled(float[] sum, float[] terms, float factor)
        {
            Multiply(terms, factor);
            Combining.Add(sum, terms);
            context.Round(sum);
        }

        private void Multiply(float[] values, float factor)
        {
            Combining.Multiply(values, factor);
            context.Round(values);
        }

        private void Divide(float[] values, float divisor)
        {
            Combining.Divide(values, divisor);
            context.Round(values);
        }

        private sealed record Step(float[] Cosines, float TangentLength, float PointLength);
    }
}
