using TaskArithmetic.Text.Python;
using TaskArithmetic.Text.RegularExpressions;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary>How the BBH filters take a match.</summary>
internal static class BbhMatch
{
    /// <summary>The selected match without white space around it, its first non-empty group if it has several; null where nothing, or nothing but white space, matches.</summary>
    public static string? Find(PythonRegex regex, string text, int select)
    {
        if (regex.FindAll(text).Pick(select) is not { } match)
            return null;
        var answer = PythonText.Strip(match.Length == 1 ? match[0] : Array.Find(match, g => g.Length > 0) ?? "", null);
        return answer.Length == 0 ? null : answer;
    }
}

/// <summary>The words of the question's list as they stand in the response, each where it stands last.</summary>
internal sealed class BbhWordSortFilter : IResponseFilter
{
    private const string Marker = "List:";

    public FilteredResponses Apply(FilteredResponses responses, PythonDictionary document)
    {
        var parts = (document.Find("input")?.ToString() ?? "").Split(Marker);
        var words = (parts.Length > 1 ? parts[1] : "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var regex = new PythonRegex(string.Join('|', words.Select(w => $"\\b{w}\\b")));
        return responses.Select(response =>
        {
            var found = regex.FindAll(response).ConvertAll(m => m[0]);
            found.Reverse();
            return string.Join(' ', found.Distinct(StringComparer.Ordinal).Reverse());
        });
    }
}
