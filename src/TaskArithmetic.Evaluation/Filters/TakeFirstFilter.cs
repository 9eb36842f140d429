using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary><c>take_first</c>: the first response alone.</summary>
internal sealed class TakeFirstFilter : IResponseFilter
{
    public FilteredResponses Apply(FilteredResponses responses, JinjaDictionary document) =>
        FilteredResponses.Text(responses.Elements.FirstOrDefault(""));
}
