using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary><c>create_test</c>: each response as a whole program, the document's prompt before it; optionally cut at a code fence.</summary>
internal sealed class ProgramFilter(string column, string? cutAt) : IResponseFilter
{
    public FilteredResponses Apply(FilteredResponses responses, PythonDictionary document)
    {
        var prompt = document.Find(column)?.ToString() ?? "";
        return responses.Select(response => prompt + Cut(response));
    }

    private string Cut(string response)
    {
        var at = cutAt is null ? -1 : response.IndexOf(cutAt, StringComparison.Ordinal);
        return at < 0 ? response : response[..at];
    }
}
