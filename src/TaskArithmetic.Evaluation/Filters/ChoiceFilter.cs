using TaskArithmetic.Text.Python;
using TaskArithmetic.Text.RegularExpressions;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary>
/// A choice as its letter: the given pattern; else the text of an option; else a bare letter after a colon. The options come
/// from the document's column <c>choices</c>, or are read from its question.
/// </summary>
internal sealed class ChoiceFilter(PythonRegex regex, int select, string fallback, AnswerNormalization normalization, bool optionsInQuestion) : IResponseFilter
{
    private static readonly PythonRegex Option = new(@"\([A-Z]\)([^\n^(]*)");

    public FilteredResponses Apply(FilteredResponses responses, PythonDictionary document)
    {
        var letters = new Dictionary<string, string>(StringComparer.Ordinal);
        var options = new List<string>();
        var letter = 'A';
        foreach (var listed in Options(document))
        {
            var option = normalization.Apply(PythonText.Strip(listed, null));
            options.Add(PythonRegex.Escape(option));
            letters[option] = $"({letter++})";
        }
        var text = new PythonRegex(string.Join('|', options));
        var bare = new PythonRegex($":[\\s]*({string.Join('|', Enumerable.Range(0, options.Count).Select(i => (char)('A' + i)))})");
        return responses.Select(response => Extract(response, text, bare, letters));
    }

    private IEnumerable<string> Options(PythonDictionary document) => optionsInQuestion
        ? Option.FindAll(document.Find("input")?.ToString() ?? "").Select(m => m[0])
        : document.Find("choices") is PythonSequence list ? list.Items.Select(i => i.ToString()) : [];

    private string Extract(string response, PythonRegex text, PythonRegex bare, Dictionary<string, string> letters)
    {
        if (BbhMatch.Find(regex, response, select) is { } given)
            return given;
        if (BbhMatch.Find(text, normalization.Apply(response), select) is { } option)
            return letters.GetValueOrDefault(option, option);
        return BbhMatch.Find(bare, response, select) is { } found ? $"({found})" : fallback;
    }
}
