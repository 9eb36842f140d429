using TaskArithmetic.Text.Python;
using TaskArithmetic.Text.RegularExpressions;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary>
/// Maps a verdict to a value: any of the patterns is looked for, then the first pattern that matches within what was found
/// gives the value.
/// </summary>
internal sealed class BbhMapFilter(IReadOnlyList<(PythonRegex Regex, string Value)> map, int select, string fallback, AnswerNormalization normalization) : IResponseFilter
{
    private readonly PythonRegex any = new(string.Join('|', map.Select(m => m.Regex.Pattern)));

    public FilteredResponses Apply(FilteredResponses responses, PythonDictionary document) => responses.Select(Extract);

    private string Extract(string response)
    {
        if (BbhMatch.Find(any, normalization.Apply(response), select) is not { } found)
            return fallback;
        var again = normalization.Apply(found);
        foreach (var (regex, value) in map)
        {
            if (BbhMatch.Find(regex, again, select) is not null)
                return value;
        }
        return fallback;
    }
}
