using TaskArithmetic.Kernels;
using TaskArithmetic.Methods.Matrices;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Methods;

/// <summary>What one model changed is added as it is, what several changed is averaged.</summary>
internal sealed class Ram : IMergeMethod
{
    /// <summary>What counts as unchanged.</summary>
    internal static MethodParameter Epsilon { get; } =
        new("epsilon", ParameterScope.Global, ParameterKind.Number, "An entry of a vector counts as changed where its magnitude is larger (ε).") { Default = 1e-5, Minimum = 0 };

    public MethodSchema Schema { get; } = new()
    {
        Name = "ram",
        Summary = "Adds what one task vector changes as it is, and of what several change the mean.",
        Formula = "b + Σ dᵢ over the i with |dᵢ| > ε / the number of these i, entry by entry",
        Source = "RAM, arXiv 2601.13572; mergekit 0.1.5",
        Operands = Operands.TaskVectors,
        Parameters = [Epsilon],
    };

    public TensorMerge Bind(TensorContext tensor) => new Merge(tensor);

    private sealed class Merge(TensorContext context) : TaskVectorMerge(context)
    {
        private readonly float epsilon = context.Round((float)context.Arguments.Number("epsilon"));

        /// <summary>Mergekit precision divides every entry by the count and rounds before it sums; exact precision sums first.</summary>
        protected override void Combine(Blocks x, Span<float> merged)
        {
            Span<float> scales = stackalloc float[x.Count];
            scales.Fill(1);
            var isMergekit = Context.Precision == Precision.Mergekit;
            foreach (var tile in new Tiles(x))
            {
                var output = merged.Slice(tile.Start, tile.Length);
                ActiveEntries.Mean(tile.Inputs, scales, epsilon, output, isMergekit ? Context.WorkingDType : DType.F32, dividesFirst: isMergekit);
                Context.Round(output);
            }
        }
    }
}
