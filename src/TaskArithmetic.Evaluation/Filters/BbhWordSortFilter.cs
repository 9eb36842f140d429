using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary>The words of the question's list as they stand in the response, each where it stands last.</summary>
internal sealed class BbhWordSortFilter : IResponseFilter
{
    private const string Marker = "List:";

    public FilteredResponses Apply(FilteredResponses responses, JinjaDictionary document)
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
