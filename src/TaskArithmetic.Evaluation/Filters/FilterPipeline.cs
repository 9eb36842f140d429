using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary>A named sequence of filters.</summary>
internal sealed class FilterPipeline(FilterPipelineSettings settings)
{
    private readonly ResponseFilter[] filters = [.. settings.Steps.Select(FilterCatalog.Create)];
    private readonly HashSet<string> fallbacks = [.. settings.Steps.Select(FilterCatalog.FallbackOf).OfType<string>()];

    /// <summary>What a task without a filter list gets.</summary>
    public static FilterPipelineSettings Default { get; } = new("none", [new FilterStep("take_first", new PythonDictionary())]);

    public string Name => settings.Name;

    /// <summary>Whether an answer is only what stands in for a missing one; null where the pipeline extracts nothing.</summary>
    public bool? IsUnparseable(string answer) => fallbacks.Count == 0 ? null : fallbacks.Contains(answer);

    public FilteredResponses Apply(IReadOnlyList<string> responses, PythonDictionary document) =>
        filters.Aggregate(FilteredResponses.List(responses), (value, filter) => filter(value, document));
}
