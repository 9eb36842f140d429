using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary>Changes each response by itself: <c>lowercase</c>, <c>uppercase</c>, <c>remove_whitespace</c>, <c>map</c>.</summary>
internal sealed class TextFilter(Func<string, string> change) : IResponseFilter
{
    public FilteredResponses Apply(FilteredResponses responses, PythonDictionary document) => responses.Select(change);
}
