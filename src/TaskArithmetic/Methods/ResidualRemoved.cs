namespace TaskArithmetic.Methods;

/// <summary>The sum of two vectors without what the second has across the first.</summary>
internal sealed class ResidualRemoved : IMergeMethod
{
    public MethodSchema Schema { get; } = PairMerge.SchemaOf(
        "residual_removed",
        "Control: the sum of two vectors without the part of the second that is orthogonal to the first over the whole model.",
        "b + λ·(1 + α)·r, α = ⟨o, r⟩/‖r‖²; r is the first vector, o the second");

    public TensorMerge Bind(TensorContext tensor) => new PairMerge(tensor, pair => (1 + PairMerge.Projection(pair), 0));
}
