using TaskArithmetic.Kernels;

namespace TaskArithmetic.Methods;

/// <summary>The weighted sum of task vectors, added to the base.</summary>
internal sealed class TaskArithmeticMethod : IMergeMethod
{
    public MethodSchema Schema { get; } = new()
    {
        Name = "task_arithmetic",
        Summary = "Adds weighted task vectors to the base.",
        Formula = "b + λ·Σ wᵢ·dᵢ, the sum divided by Σ wᵢ if normalize",
        Source = "arXiv 2212.04089; reasoning vectors: arXiv 2509.01363; mergekit 0.1.5",
        Operands = Operands.TaskVectors,
        Parameters =
        [
            MethodParameter.Weight,
            TaskVectorParameters.Normalize(false, electsSign: false),
            new("lambda", ParameterScope.Global, ParameterKind.Number, "Scale of the summed vectors (λ).") { Default = 1.0 },
        ],
    };

    public IEnumerable<string> Problems(TensorContext tensor) => TaskVectorParameters.WeightProblems(tensor);

    public TensorMerge Bind(TensorContext tensor) => new Merge(tensor);

    private sealed class Merge(TensorContext context) : TensorMerge
    {
        private readonly double[] weights = context.Arguments.Numbers("weight");
        private readonly bool normalize = context.Arguments.Flag("normalize");
        private readonly double lambda = context.Arguments.Number("lambda");

        public override bool KeepsBase => context.Precision == Precision.Exact && Enumerable.Range(0, weights.Length).All(i => Factor(i) == 0);

        internal override WeightedSum? WeightedSum =>
            context.Precision == Precision.Exact ? new WeightedSum([.. Enumerable.Range(0, weights.Length).Select(Factor)], AddsToBase: true) : null;

        public override void Map(Blocks x, Span<float> output, Span<float> change)
        {
            change.Clear();
            for (var i = 0; i < x.Count; i++)
                Combining.AddScaled(change, x[i], Factor(i));
            if (context.Precision == Precision.Exact)
                Exact(x, output);
            else
                Mergekit(x, output);
        }

        /// <summary>The one float32 factor of a term: w·λ/Σw, formed in double and rounded once.</summary>
        private float Factor(int i) => (float)(weights[i] * lambda / (normalize ? weights.Sum() : 1));

        /// <summary>Terms are added to the base left to right, in float32 and without fused multiply-adds.</summary>
        private void Exact(Blocks x, Span<float> output)
        {
            x.Base.CopyTo(output);
            for (var i = 0; i < x.Count; i++)
                Combining.AddScaled(output, x[i], Factor(i));
        }

        /// <summary>R(b + m), m = R(R(R(Σ R(dᵢ·R(wᵢ))) / R(Σ R(wᵢ)))·λ): spec of mergekit 0.1.5; λ stays float32.</summary>
        private void Mergekit(Blocks x, Span<float> output)
        {
            output.Clear();
            var scaled = new float[x.Length];
            for (var i = 0; i < x.Count; i++)
            {
                x[i].CopyTo(scaled);
                Combining.Multiply(scaled, context.Round((float)weights[i]));
                context.Round(scaled);
                Combining.Add(output, scaled);
            }
            context.Round(output);
            if (normalize)
            {
                var divisor = context.Round(weights.Aggregate(0f, (sum, weight) => sum + context.Round((float)weight)));
                Combining.Divide(output, MathF.Abs(divisor) < 1e-8f ? 1f : divisor);
                context.Round(output);
            }
            if (lambda != 1)
            {
                Combining.Multiply(output, (float)lambda);
                context.Round(output);
            }
            Combining.Add(output, x.Base);
            context.Round(output);
        }
    }
}
