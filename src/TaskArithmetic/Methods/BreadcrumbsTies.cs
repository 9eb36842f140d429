namespace TaskArithmetic.Methods;

/// <summary>Breadcrumbs with the sign election of TIES.</summary>
internal sealed class BreadcrumbsTies : IMergeMethod
{
    public MethodSchema Schema { get; } = Breadcrumbs.SchemaOf(
        "breadcrumbs_ties",
        "Drops the outliers and the smallest entries of task vectors, elects a sign at every position and merges what agrees with it.",
        "b + λ·Σ wᵢ·cᵢ over the i that agree with the sign of Σ wᵢ·cᵢ, divided by Σ wᵢ over the same i if normalize; cᵢ as in breadcrumbs",
        electsSign: true);

    public TensorMerge Bind(TensorContext tensor) => Breadcrumbs.Bind(tensor, electsSign: true);
}
