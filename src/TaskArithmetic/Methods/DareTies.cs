namespace TaskArithmetic.Methods;

/// <summary>DARE with the sign election of TIES.</summary>
internal sealed class DareTies : IMergeMethod
{
    public MethodSchema Schema { get; } = DareLinear.SchemaOf(
        "dare_ties",
        "Drops entries of task vectors at random, scales up what survives, elects a sign at every position and merges what agrees with it.",
        "b + λ·Σ wᵢ·tᵢ over the i that agree with the sign of Σ wᵢ·tᵢ, divided by Σ wᵢ over the same i if normalize; tᵢ = sᵢ·mᵢ⊙dᵢ as in dare_linear",
        electsSign: true);

    public TensorMerge Bind(TensorContext tensor) => DareLinear.Bind(tensor, electsSign: true);
}
