using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Cutting;
using TaskArithmetic.Methods.Summing;

namespace TaskArithmetic.Methods;

/// <summary>Takes over the other model's weights where the change is important by its size and by what it does to its row.</summary>
internal sealed class ArceeFusion : IMergeMethod
{
    private const float Epsilon = 1e-8f;
    private const int Lanes = 8;

    public MethodSchema Schema { get; } = new()
    {
        Name = "arcee_fusion",
        Summary = "Takes the most important changes of one other model over into the base, whole.",
        Formula = "b + d where s ≥ median(s) + 1.5·(q₃(s) − q₁(s)), s = |d|·KL(softmax of x's row ‖ softmax of b's row); quantile q of n sorted values is number ⌊q·(n−1)⌋",
        Source = "Arcee Fusion (2025); mergekit 0.1.5",
        Operands = Operands.Models,
        MergekitPrecision = "the same operations, but where scores lie at the threshold another library's exponentials may decide otherwise; the quantiles are exact, those of the reference come from a random sample above 1,048,576 values; from 16-bit inputs the reference writes float32 unless out_dtype is set, here the working dtype is written",
        MaximumInputs = 1,
    };

    public TensorMerge Bind(TensorContext tensor) => new Merge(tensor);

    private sealed class Merge(TensorContext context) : TensorMerge
    {
        private readonly Quantile[] quantiles = [.. new[] { 0.25, 0.5, 0.75 }.Select(q => new Quantile(context.Elements, q))];
        private float threshold;

        public override Unit Unit => Unit.Row;

        public override bool NeedsPass(int pass) => quantiles.Any(q => q.NeedsPass);

        public override IMeasure Begin(int pass) => new MeasureSet([.. quantiles.Select(q => q.Begin())]);

        public override void Reduce(int pass, Blocks x, IMeasure into)
        {
            var scores = Scores(x);
            for (var i = 0; i < quantiles.Length; i++)
                quantiles[i].Reduce(scores, x.First, (MeasureSet)((MeasureSet)into)[i]!);
        }

        public override void Learn(int pass, IMeasure whole)
        {
            for (var i = 0; i < quantiles.Length; i++)
                quantiles[i].Learn((MeasureSet)((MeasureSet)whole)[i]!);
            if (!NeedsPass(pass + 1))
                threshold = context.Round(quantiles[1].Value + context.Round(1.5f * context.Round(quantiles[2].Value - quantiles[0].Value)));
        }

        /// <summary>The base's place stays where nothing is taken; what is taken is R(x − b), added and rounded once.</summary>
        public override void Map(Blocks x, Span<float> output, Span<float> change)
        {
            var scores = Scores(x);
            x[0].CopyTo(change);
            Combining.Subtract(change, x.Base);
            context.Round(change);
            for (var i = 0; i < scores.Length; i++)
                change[i] = scores[i] >= threshold ? change[i] : 0;
            x.Base.CopyTo(output);
            Combining.Add(output, change);
            context.Round(output);
        }

        private float[] Scores(Blocks x)
        {
            var scores = x[0].ToArray();
            Combining.Subtract(scores, x.Base);
            for (var i = 0; i < scores.Length; i++)
                scores[i] = MathF.Abs(scores[i]);
            context.Round(scores);
            var length = (int)context.RowLength;
            for (var first = 0; first < scores.Length; first += length)
                Combining.Multiply(scores.AsSpan(first, length), Divergence(x[0].Slice(first, length), x.Base.Slice(first, length)));
            context.Round(scores);
            return scores;
        }

        /// <summary>Σ p·log(p/q) of the softmax of two rows, a small number added to each share.</summary>
        private float Divergence(ReadOnlySpan<float> x, ReadOnlySpan<float> b)
        {
            var sum = 0.0;
            if (context.Precision == Precision.Exact)
            {
                var (exactP, exactQ) = (Softmax(x), Softmax(b));
                for (var i = 0; i < exactP.Length; i++)
                    sum += exactP[i] * Math.Log(exactP[i] / exactQ[i]);
                return (float)sum;
            }
            var (p, q) = (RoundedSoftmax(x), RoundedSoftmax(b));
            for (var i = 0; i < p.Length; i++)
                sum += context.Round(p[i] * context.Round(MathF.Log(context.Round(p[i] / q[i]))));
            return context.Round((float)sum);
        }

        private static double[] Softmax(ReadOnlySpan<float> row)
        {
            double largest = Largest(row);
            var shares = new double[row.Length];
            for (var i = 0; i < shares.Length; i++)
                shares[i] = Math.Exp(row[i] - largest);
            var sum = shares.Sum();
            for (var i = 0; i < shares.Length; i++)
                shares[i] = (shares[i] / sum) + Epsilon;
            return shares;
        }

        /// <summary>
        /// As torch's AVX2 kernel has it: the sum in float32 by eight lanes that are halved three times, and a product with its reciprocal in
        /// place of a quotient. Divergences are small differences of such shares, so the order shows.
        /// </summary>
        private float[] RoundedSoftmax(ReadOnlySpan<float> row)
        {
            var largest = Largest(row);
            var shares = new float[row.Length];
            for (var i = 0; i < shares.Length; i++)
                shares[i] = MathF.Exp(row[i] - largest);
            var reciprocal = 1 / LaneSum(shares);
            for (var i = 0; i < shares.Length; i++)
                shares[i] = context.Round(context.Round(shares[i] * reciprocal) + Epsilon);
            return shares;
        }

        private static float LaneSum(float[] values)
        {
            Span<float> lanes = stackalloc float[Lanes];
            for (var i = 0; i < values.Length; i++)
                lanes[i % Lanes] += values[i];
            for (var half = Lanes / 2; half > 0; half /= 2)
            {
                for (var lane = 0; lane < half; lane++)
                    lanes[lane] += lanes[lane + half];
            }
            return lanes[0];
        }

        private static float Largest(ReadOnlySpan<float> row)
        {
            var largest = float.NegativeInfinity;
            foreach (var value in row)
                largest = MathF.Max(largest, value);
            return largest;
        }
    }

    /// <summary>
    /// The number at place ⌊q·(n−1)⌋ of the sorted scores. Rounded divergences may be negative: the numbers below zero and those above are
    /// ranked apart, by magnitude.
    /// </summary>
    private sealed class Quantile(long elements, double q)
    {
        private readonly MagnitudeSelection above = MagnitudeSelection.AtLeast(elements, elements - (long)(q * (elements - 1)));
        private readonly MagnitudeSelection below = MagnitudeSelection.AtLeast(elements, (long)(q * (elements - 1)) + 1);

        public bool NeedsPass => above.NeedsPass || below.NeedsPass;

        /// <summary>The place lies among the negative numbers where there are more of those than places before it.</summary>
        public float Value => Magnitude(below) is > 0 and var negative ? -negative : Magnitude(above);

        public MeasureSet Begin() => new(above.NeedsPass ? above.Begin() : null, below.NeedsPass ? below.Begin() : null);

        public void Reduce(float[] scores, long first, MeasureSet into)
        {
            var part = new float[scores.Length];
            if (into[0] is { } upper)
            {
                for (var i = 0; i < part.Length; i++)
                    part[i] = MathF.Max(scores[i], 0);
                above.Reduce(part, first, upper);
            }
            if (into[1] is { } lower)
            {
                for (var i = 0; i < part.Length; i++)
                    part[i] = MathF.Max(-scores[i], 0);
                below.Reduce(part, first, lower);
            }
        }

        public void Learn(MeasureSet whole)
        {
            if (whole[0] is { } upper)
                above.Learn(upper);
            if (whole[1] is { } lower)
                below.Learn(lower);
        }

        private static float Magnitude(MagnitudeSelection selection) => BitConverter.UInt32BitsToSingle(selection.Threshold);
    }
}
