using TaskArithmetic.Kernels;

namespace TaskArithmetic.Methods;

/// <summary>Copies one model's tensors: what layers of several models are stacked with.</summary>
internal sealed class Passthrough : IMergeMethod
{
    public MethodSchema Schema { get; } = new()
    {
        Name = "passthrough",
        Summary = "Copies the tensors of one model, scaled if asked for: how layers of several models are stacked.",
        Formula = "scale·x, or x without a scale",
        Source = "mergekit 0.1.5",
        Operands = Operands.Models,
        Base = BaseUse.Input,
        MaximumInputs = 1,
        Parameters = [new("scale", ParameterScope.Input, ParameterKind.Number, "Factor of the tensor; none leaves its bits alone.")],
    };

    public TensorMerge Bind(TensorContext tensor) => new Merge(tensor);

    private sealed class Merge(TensorContext context) : TensorMerge
    {
        private readonly float? scale = context.Arguments.Has(0, "scale") ? (float)context.Arguments.Number(0, "scale") : null;

        public override void Map(Blocks x, Span<float> output, Span<float> change)
        {
            x[0].CopyTo(output);
            if (scale is { } factor)
                Combining.Multiply(output, factor);
            context.Round(output);
        }
    }
}
