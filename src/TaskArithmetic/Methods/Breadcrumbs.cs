using TaskArithmetic.Methods.Cutting;

namespace TaskArithmetic.Methods;

/// <summary>Drops the largest and the smallest entries of every task vector and sums the rest.</summary>
internal sealed class Breadcrumbs : IMergeMethod
{
    public MethodSchema Schema { get; } = SchemaOf(
        "breadcrumbs",
        "Drops the outliers and the smallest entries of task vectors and adds the rest to the base.",
        "b + λ·Σ wᵢ·cᵢ, the sum divided by Σ wᵢ if normalize; cᵢ = the int(density·n) largest |dᵢ| after the int(gamma·n) largest, fewer of which are dropped where density and gamma together exceed 1",
        electsSign: false);

    public IEnumerable<string> Problems(TensorContext tensor) => TaskVectorParameters.WeightProblems(tensor);

    public TensorMerge Bind(TensorContext tensor) => Bind(tensor, electsSign: false);

    /// <summary>What both methods of this name have in common.</summary>
    internal static MethodSchema SchemaOf(string name, string summary, string formula, bool electsSign) => new()
    {
        Name = name,
        Summary = summary,
        Formula = formula,
        Source = "Model Breadcrumbs, arXiv 2312.06795; mergekit 0.1.5",
        Operands = Operands.TaskVectors,
        MergekitPrecision = MergekitDifferences.EqualMagnitudes,
        Parameters =
        [
            MethodParameter.Weight,
            TaskVectorParameters.Density,
            new("gamma", ParameterScope.Input, ParameterKind.Number, "Share of the vector's entries that is dropped as outliers, the largest first, per tensor; not looked at where density is 1.") { Default = 0.01, Minimum = 0, Maximum = 1 },
            TaskVectorParameters.Normalize(false, electsSign),
            TaskVectorParameters.Rescale(false),
            TaskVectorParameters.Lambda,
            TaskVectorParameters.Int8Mask,
        ],
    };

    /// <summary>The arithmetic of both methods.</summary>
    internal static TensorMerge Bind(TensorContext tensor, bool electsSign) => new SparsifiedMerge(
        tensor,
        new([.. Enumerable.Range(0, tensor.Inputs).Select(i => Trim(tensor, tensor.Arguments.Number(i, "density"), tensor.Arguments.Number(i, "gamma")))])
        {
            ElectsSign = electsSign,
            Rescaling = tensor.Arguments.Flag("rescale") ? Rescaling.L1Norm : Rescaling.None,
        });

    /// <summary>Both numbers are truncated from products in double; outliers give way where the density could not be kept.</summary>
    private static ISparsification? Trim(TensorContext tensor, double density, double gamma)
    {
        if (density >= 1)
            return null;
        var keep = (long)(density * tensor.Elements);
        var outliers = Math.Min((long)(gamma * tensor.Elements), tensor.Elements - keep);
        return keep <= 0 ? new NoEntries() : MagnitudeSelection.Between(tensor.Elements, outliers, outliers + keep, tensor.SixteenBit());
    }
}
