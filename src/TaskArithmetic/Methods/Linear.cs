using TaskArithmetic.Kernels;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Methods;

/// <summary>A weighted average or sum of models.</summary>
internal sealed class Linear : IMergeMethod
{
    public MethodSchema Schema { get; } = new()
    {
        Name = "linear",
        Summary = "Weighted average of models, or their weighted sum.",
        Formula = "Σ wᵢ·xᵢ, divided by Σ wᵢ if normalize",
        Source = "Model soups, arXiv 2203.05482; mergekit 0.1.5",
        Operands = Operands.Models,
        Base = BaseUse.Input,
        Parameters =
        [
            MethodParameter.Weight,
            new("normalize", ParameterScope.Global, ParameterKind.Flag, "Divide by the sum of the weights.") { Default = true },
        ],
    };

    /// <summary>The reference divides all the same and writes NaN.</summary>
    public IEnumerable<string> Problems(TensorContext tensor) => TaskVectorParameters.CancellingWeights(tensor);

    public TensorMerge Bind(TensorContext tensor) => new Merge(tensor);

    private sealed class Merge(TensorContext context) : TensorMerge
    {
        private readonly double[] weights = context.Arguments.Numbers("weight");
        private readonly bool normalize = context.Arguments.Flag("normalize");

        internal override WeightedSum? WeightedSum =>
            context.Precision == Precision.Exact ? new WeightedSum([.. Enumerable.Range(0, weights.Length).Select(Factor)], AddsToBase: false) : null;

        public override void Map(Blocks x, Span<float> output, Span<float> change)
        {
            output.Clear();
            if (context.Precision == Precision.Exact)
                Exact(x, output);
            else
                Mergekit(x, output);
        }

        /// <summary>The one float32 factor of a model: w/Σw, formed in double and rounded once.</summary>
        private float Factor(int i) => (float)(weights[i] / (normalize ? weights.Sum() : 1));

        /// <summary>Terms are added left to right.</summary>
        private void Exact(Blocks x, Span<float> output)
        {
            for (var i = 0; i < x.Count; i++)
                Combining.AddScaled(output, x[i], Factor(i));
        }

        /// <summary>float32 throughout with one fused multiply-add a model, as torch's AVX2 kernels do it, then one rounding.</summary>
        private void Mergekit(Blocks x, Span<float> output)
        {
            for (var i = 0; i < x.Count; i++)
                Combining.FusedMultiplyAdd(output, x[i], (float)weights[i]);
            if (normalize)
                Combining.Divide(output, weights.Aggregate(0f, (sum, weight) => sum + (float)weight));
            context.Round(output);
        }
    }
}
