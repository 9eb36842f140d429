namespace TaskArithmetic.Methods;

/// <summary>DELLA's dropping, with a plain sum.</summary>
internal sealed class DellaLinear : IMergeMethod
{
    public MethodSchema Schema { get; } = Della.SchemaOf(
        "della_linear",
        "Drops entries of task vectors at random, the smaller of a row the more likely, scales up what survives and adds the vectors to the base.",
        "b + λ·Σ wᵢ·tᵢ, the sum divided by Σ wᵢ if normalize; tᵢ = mᵢ⊙dᵢ·‖dᵢ‖₁/‖mᵢ⊙dᵢ‖₁; mᵢ is 1 with a probability that rises with the rank of |dᵢ| in its row, evenly from density − epsilon to density + epsilon",
        electsSign: false);

    public IEnumerable<string> Problems(TensorContext tensor) => [.. TaskVectorParameters.WeightProblems(tensor), .. Della.ProbabilityProblems(tensor)];

    public TensorMerge Bind(TensorContext tensor) => Della.Bind(tensor, electsSign: false);
}
