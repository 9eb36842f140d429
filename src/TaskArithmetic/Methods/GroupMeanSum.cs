using TaskArithmetic.Kernels;

namespace TaskArithmetic.Methods;

/// <summary>Averages the vectors of one task and adds up the tasks.</summary>
internal sealed class GroupMeanSum : IMergeMethod
{
    public MethodSchema Schema { get; } = new()
    {
        Name = "group_mean_sum",
        IsOwn = true,
        Summary = "Averages vectors of one group (one task, trained in several ways or with several seeds) and adds the groups at full strength.",
        Formula = "b + Σ over groups of the mean of the group's wᵢ·dᵢ",
        Source = "No Task Vector Is an Island (2026)",
        Operands = Operands.TaskVectors,
        Parameters =
        [
            MethodParameter.Weight,
            new("group", ParameterScope.Input, ParameterKind.Text, "Any name; vectors with the same name are averaged.") { Required = true },
        ],
    };

    public TensorMerge Bind(TensorContext tensor) => new Merge(tensor);

    private sealed class Merge : TaskVectorMerge
    {
        private readonly float[] factors;

        public Merge(TensorContext context)
            : base(context)
        {
            var groups = Enumerable.Range(0, context.Inputs).Select(i => context.Arguments.Text(i, "group")).ToArray();
            factors = [.. groups.Select((g, i) => (float)(context.Arguments.Number(i, "weight") / groups.Count(other => other == g)))];
        }

        public override bool KeepsBase => factors.All(f => f == 0);

        /// <summary>One factor for each vector, formed in double and rounded once; terms are added in the order of the inputs.</summary>
        protected override void Combine(Blocks x, Span<float> merged)
        {
            merged.Clear();
            for (var i = 0; i < x.Count; i++)
                Combining.AddScaled(merged, x[i], factors[i]);
            Context.Round(merged);
        }
    }
}
