using TaskArithmetic.Methods.Cutting;

namespace TaskArithmetic.Methods;

/// <summary>Trims every task vector to its largest entries, elects a sign at every position and sums what agrees with it.</summary>
internal sealed class Ties : IMergeMethod
{
    public MethodSchema Schema { get; } = new()
    {
        Name = "ties",
        Summary = "Trims task vectors to their largest entries, elects a sign at every position and merges what agrees with it.",
        Formula = "b + λ·Σ wᵢ·tᵢ over the i that agree / Σ wᵢ over the same i; tᵢ = the max(1, int(density·n)) largest |dᵢ|; the sign is that of Σ wᵢ·tᵢ",
        Source = "TIES-Merging, arXiv 2306.01708; mergekit 0.1.5",
        Operands = Operands.TaskVectors,
        MergekitPrecision = MergekitDifferences.EqualMagnitudes,
        Parameters =
        [
            MethodParameter.Weight,
            TaskVectorParameters.Density,
            TaskVectorParameters.Normalize(true, electsSign: true),
            TaskVectorParameters.Rescale(false),
            TaskVectorParameters.Lambda,
            TaskVectorParameters.Int8Mask,
        ],
    };

    public TensorMerge Bind(TensorContext tensor) => new SparsifiedMerge(
        tensor,
        new([.. tensor.Arguments.Numbers("density").Select(density => Trim(tensor, density))])
        {
            ElectsSign = true,
            Rescaling = tensor.Arguments.Flag("rescale") ? Rescaling.L1Norm : Rescaling.None,
        });

    /// <summary>k is truncated from a product in double; a density above 0 keeps at least one entry of every tensor.</summary>
    private static ISparsification? Trim(TensorContext tensor, double density) => density switch
    {
        >= 1 => null,
        <= 0 => new NoEntries(),
        _ => MagnitudeSelection.Largest(tensor.Elements, Math.Max(1, (long)(density * tensor.Elements)), tensor.SixteenBit()),
    };
}
