using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary>One function of a filter pipeline.</summary>
internal interface IResponseFilter
{
    /// <summary>Filters the responses of one document.</summary>
    FilteredResponses Apply(FilteredResponses responses, JinjaDictionary document);
}
