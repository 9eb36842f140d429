using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary>
/// A choice as its letter: the given pattern; else the text of an option, taken from the question; else a bare letter
/// after a colon.
/// </summary>
internal sealed class BbhChoiceFilter(PythonRegex regex, int select, string fallback, AnswerNormalization normalization) : IResponseFilter
{
    private static readonly PythonRegex Option = new(@"\([A-Z]\)([^\n^(]*)");

    public FilteredResponses Apply(FilteredResponses responses, JinjaDictionary document)
    {
        var letters = new Dictionary<string, string>(StringComparer.Ordinal);
        var options = new List<string>();
        var letter = 'A';
        foreach (var match in Option.FindAll(document.Find("input")?.ToString() ?? ""))
        {
            var option = normalization.Apply(Jinja.Python.PythonText.Strip(match[0], null));
            options.Add(PythonRegex.Escape(option));
            letters[option] = $"({letter++})";
        }
        var text = new PythonRegex(string.Join('|', options));
        var bare = new PythonRegex($":[\\s]*({string.Join('|', Enumerable.Range(0, options.Count).Select(i => (char)('A' + i)))})");
        return responses.Select(response => Extract(response, text, bare, letters));
    }

    private string Extract(string response, PythonRegex text, PythonRegex bare, Dictionary<string, string> letters)
    {
        if (BbhMatch.Find(regex, response, select) is { } given)
            return given;
        if (BbhMatch.Find(text, normalization.Apply(response), select) is { } option)
            return letters.GetValueOrDefault(option, option);
        return BbhMatch.Find(bare, response, select) is { } found ? $"({found})" : fallback;
    }
}
