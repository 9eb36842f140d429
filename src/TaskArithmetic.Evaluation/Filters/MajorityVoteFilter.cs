using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary><c>majority_vote</c>: the commonest response, of equally common ones the first seen; it stays a list of one.</summary>
internal sealed class MajorityVoteFilter : IResponseFilter
{
    public FilteredResponses Apply(FilteredResponses responses, JinjaDictionary document)
    {
        var votes = new OrderedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var response in responses.Elements)
            votes[response] = votes.GetValueOrDefault(response) + 1;
        // MaxBy keeps the first of equal counts.
        return FilteredResponses.List(votes.Count == 0 ? [] : [votes.MaxBy(v => v.Value).Key]);
    }
}
