using TaskArithmetic.Methods.Cutting;
using TaskArithmetic.Methods.Randomness;

namespace TaskArithmetic.Methods;

/// <summary>Drops entries of task vectors at random, makes up for them by scale and sums the vectors.</summary>
internal sealed class DareLinear : IMergeMethod
{
    public MethodSchema Schema { get; } = SchemaOf(
        "dare_linear",
        "Drops entries of task vectors at random, scales up what survives and adds the vectors to the base.",
        "b + λ·Σ wᵢ·sᵢ·mᵢ⊙dᵢ, the sum divided by Σ wᵢ if normalize; mᵢ is 1 with probability density, else 0; sᵢ = ‖dᵢ‖₁/‖mᵢ⊙dᵢ‖₁ or 1/density",
        electsSign: false);

    public IEnumerable<string> Problems(TensorContext tensor) => TaskVectorParameters.WeightProblems(tensor);

    public TensorMerge Bind(TensorContext tensor) => Bind(tensor, electsSign: false);

    /// <summary>What both methods of this name have in common.</summary>
    internal static MethodSchema SchemaOf(string name, string summary, string formula, bool electsSign) => new()
    {
        Name = name,
        Summary = summary,
        Formula = formula,
        Source = "DARE, arXiv 2311.03099; mergekit 0.1.5",
        Operands = Operands.TaskVectors,
        MergekitPrecision = MergekitDifferences.OtherDraws,
        IsRandom = true,
        Parameters =
        [
            MethodParameter.Weight,
            TaskVectorParameters.Density,
            TaskVectorParameters.Normalize(false, electsSign),
            TaskVectorParameters.Rescale(true) with { Description = "Scale what survives of a vector so that it makes up for what was dropped, as rescale_by says." },
            TaskVectorParameters.RescaleBy,
            TaskVectorParameters.Lambda,
            TaskVectorParameters.Int8Mask,
        ],
    };

    /// <summary>The arithmetic of both methods.</summary>
    internal static TensorMerge Bind(TensorContext tensor, bool electsSign) => new SparsifiedMerge(
        tensor,
        new([.. tensor.Arguments.Numbers("density").Select((density, input) => Drop(tensor, density, input))])
        {
            ElectsSign = electsSign,
            Rescaling = !tensor.Arguments.Flag("rescale") ? Rescaling.None
                : tensor.Arguments.Text("rescale_by") == "density" ? Rescaling.Density
                : Rescaling.L1Norm,
        });

    private static ISparsification? Drop(TensorContext tensor, double density, int input) => density switch
    {
        >= 1 => null,
        <= 0 => new NoEntries(),
        _ => new RandomEntries(new CounterRandom(tensor.Seed, tensor.Name, input), density),
    };
}
