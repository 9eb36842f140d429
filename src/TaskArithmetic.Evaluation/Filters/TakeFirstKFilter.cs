using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary><c>take_first_k</c>: the first k responses.</summary>
internal sealed class TakeFirstKFilter(int k) : IResponseFilter
{
    public FilteredResponses Apply(FilteredResponses responses, JinjaDictionary document)
    {
        var first = responses.Elements.Take(k).ToArray();
        return responses.IsList ? FilteredResponses.List(first) : FilteredResponses.Text(string.Concat(first));
    }
}
