using System.Text;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary>One function of a filter pipeline.</summary>
internal interface IResponseFilter
{
    /// <summary>Filters the responses of one document.</summary>
    FilteredResponses Apply(FilteredResponses responses, PythonDictionary document);
}

/// <summary>
/// What a filter takes and gives for one document: the list of its responses, or, after <c>take_first</c>, a single text.
/// A filter that walks over a text sees its characters, as in Python.
/// </summary>
/// <param name="Items">The responses, or the text as the only item.</param>
/// <param name="IsList">Whether it is still a list.</param>
internal sealed record FilteredResponses(IReadOnlyList<string> Items, bool IsList)
{
    /// <summary>What a walk gives, one after the other.</summary>
    public IReadOnlyList<string> Elements => IsList ? Items : [.. Items[0].EnumerateRunes().Select(r => r.ToString())];

    public static FilteredResponses List(IReadOnlyList<string> items) => new(items, true);

    public static FilteredResponses Text(string text) => new([text], false);

    /// <summary>A list of what the function gives for each element.</summary>
    public FilteredResponses Select(Func<string, string> map) => List([.. Elements.Select(map)]);
}

/// <summary>Python's indexing of the list that <c>findall</c> gives.</summary>
internal static class MatchSelection
{
    /// <summary>The match at an index, counted from the end if negative; null where there is none.</summary>
    public static string[]? Pick(this List<string[]> matches, int index)
    {
        var at = index < 0 ? matches.Count + index : index;
        return at >= 0 && at < matches.Count ? matches[at] : null;
    }
}

/// <summary><c>take_first</c>: the first response alone.</summary>
internal sealed class TakeFirstFilter : IResponseFilter
{
    public FilteredResponses Apply(FilteredResponses responses, PythonDictionary document) =>
        FilteredResponses.Text(responses.Elements.FirstOrDefault(""));
}

/// <summary><c>take_first_k</c>: the first k responses.</summary>
internal sealed class TakeFirstKFilter(int k) : IResponseFilter
{
    public FilteredResponses Apply(FilteredResponses responses, PythonDictionary document)
    {
        var first = responses.Elements.Take(k).ToArray();
        return responses.IsList ? FilteredResponses.List(first) : FilteredResponses.Text(string.Concat(first));
    }
}

/// <summary><c>majority_vote</c>: the commonest response, of equally common ones the first seen; it stays a list of one.</summary>
internal sealed class MajorityVoteFilter : IResponseFilter
{
    public FilteredResponses Apply(FilteredResponses responses, PythonDictionary document)
    {
        var votes = new OrderedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var response in responses.Elements)
            votes[response] = votes.GetValueOrDefault(response) + 1;
        // MaxBy keeps the first of equal counts.
        return FilteredResponses.List(votes.Count == 0 ? [] : [votes.MaxBy(v => v.Value).Key]);
    }
}
