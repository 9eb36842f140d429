using System.Globalization;
using TaskArithmetic.Methods.Cutting;
using TaskArithmetic.Methods.Randomness;

namespace TaskArithmetic.Methods;

/// <summary>Drops entries of task vectors at random, small ones of a row more likely than large ones, and merges what agrees in sign.</summary>
internal sealed class Della : IMergeMethod
{
    public MethodSchema Schema { get; } = SchemaOf(
        "della",
        "Drops entries of task vectors at random, the smaller of a row the more likely, scales up what survives, elects a sign at every position and merges what agrees with it.",
        "b + λ·Σ wᵢ·tᵢ over the i that agree with the sign of Σ wᵢ·tᵢ, divided by Σ wᵢ over the same i if normalize; tᵢ as in della_linear",
        electsSign: true);

    public IEnumerable<string> Problems(TensorContext tensor) => ProbabilityProblems(tensor);

    public TensorMerge Bind(TensorContext tensor) => Bind(tensor, electsSign: true);

    /// <summary>What both methods of this name have in common.</summary>
    internal static MethodSchema SchemaOf(string name, string summary, string formula, bool electsSign) => new()
    {
        Name = name,
        Summary = summary,
        Formula = formula,
        Source = "DELLA-Merging, arXiv 2406.11617; mergekit 0.1.5",
        Operands = Operands.TaskVectors,
        MergekitPrecision = MergekitDifferences.OtherDraws,
        IsRandom = true,
        Parameters =
        [
            MethodParameter.Weight,
            TaskVectorParameters.Density with { Description = "Mean probability with which an entry of the vector survives; 1 keeps all." },
            new("epsilon", ParameterScope.Input, ParameterKind.Number, "Half the difference between the probabilities of the largest and of the smallest entry of a row; density ± epsilon must lie within 0 and 1.") { Default = 0.15, Minimum = 0, Maximum = 0.5 },
            TaskVectorParameters.Normalize(electsSign, electsSign),
            TaskVectorParameters.Rescale(true),
            TaskVectorParameters.Lambda,
            TaskVectorParameters.Int8Mask,
        ],
    };

    /// <summary>The arithmetic of both methods.</summary>
    internal static TensorMerge Bind(TensorContext tensor, bool electsSign) => new SparsifiedMerge(
        tensor,
        new([.. Enumerable.Range(0, tensor.Inputs).Select(i => Drop(tensor, i))])
        {
            ElectsSign = electsSign,
            Rescaling = tensor.Arguments.Flag("rescale") ? Rescaling.L1Norm : Rescaling.None,
            Unit = Unit.Row,
        });

    /// <summary>Probabilities outside of 0 and 1; a density of 0 or 1 makes none.</summary>
    internal static IEnumerable<string> ProbabilityProblems(TensorContext tensor) =>
        Enumerable.Range(0, tensor.Inputs)
            .Select(i => (Density: tensor.Arguments.Number(i, "density"), Epsilon: tensor.Arguments.Number(i, "epsilon")))
            .Where(p => p.Density is > 0 and < 1 && (p.Density - p.Epsilon <= 0 || p.Density + p.Epsilon >= 1))
            .Select(p => string.Create(CultureInfo.InvariantCulture, $"density {p.Density} ± epsilon {p.Epsilon} does not stay between 0 and 1"))
            .Distinct();

    private static ISparsification? Drop(TensorContext tensor, int input)
    {
        var density = tensor.Arguments.Number(input, "density");
        return density switch
        {
            >= 1 => null,
            <= 0 => new NoEntries(),
            _ => new RankedEntries(new CounterRandom(tensor.Seed, tensor.Name, input), tensor.RowLength, density, tensor.Arguments.Number(input, "epsilon")),
        };
    }
}
