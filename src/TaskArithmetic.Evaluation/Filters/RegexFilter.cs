using TaskArithmetic.Text.Python;
using TaskArithmetic.Text.RegularExpressions;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary>
/// <c>regex</c>: of all matches the selected one, of its groups the first that is not empty, without white space around it;
/// the fallback where nothing matches.
/// </summary>
internal sealed class RegexFilter(PythonRegex regex, int select, string fallback) : IResponseFilter
{
    public FilteredResponses Apply(FilteredResponses responses, PythonDictionary document) => responses.Select(Extract);

    private string Extract(string response)
    {
        if (regex.FindAll(response).Pick(select) is not { } match)
            return fallback;
        var answer = match.Length == 1 ? match[0] : Array.Find(match, g => g.Length > 0) ?? fallback;
        return PythonText.Strip(answer, null);
    }
}
