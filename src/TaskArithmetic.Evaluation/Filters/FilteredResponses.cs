using System.Text;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary>One function of a filter pipeline: makes of a document's responses others.</summary>
internal delegate FilteredResponses ResponseFilter(FilteredResponses responses, PythonDictionary document);

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

    public FilteredResponses Take(int count)
    {
        var first = Elements.Take(count).ToArray();
        return IsList ? List(first) : Text(string.Concat(first));
    }

    /// <summary>The commonest, of equally common ones the first seen; it stays a list of one.</summary>
    public FilteredResponses Commonest()
    {
        // The order of CountBy is the one first seen, and MaxBy keeps the first of equal counts.
        var votes = Elements.CountBy(e => e, StringComparer.Ordinal).ToList();
        return List(votes.Count == 0 ? [] : [votes.MaxBy(v => v.Value).Key]);
    }
}
