namespace TaskArithmetic.Methods;

/// <summary>What the second of two vectors has across the first.</summary>
internal sealed class OrthogonalPart : IMergeMethod
{
    public MethodSchema Schema { get; } = PairMerge.SchemaOf(
        "orthogonal_part",
        "Control: only the part of the second vector that is orthogonal to the first over the whole model.",
        "b + λ·(o − α·r), α = ⟨o, r⟩/‖r‖²; r is the first vector, o the second");

    public TensorMerge Bind(TensorContext tensor) => new PairMerge(tensor, pair => (-PairMerge.Projection(pair), 1));
}
