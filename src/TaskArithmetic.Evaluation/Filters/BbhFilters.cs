using System.Globalization;
using TaskArithmetic.Text.Python;
using TaskArithmetic.Text.RegularExpressions;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary>The filters that lm-evaluation-harness has for BBH.</summary>
internal static class BbhFilters
{
    private const string Teens = "(?:twen|thir|for|fif|six|seven|nine)(?:teen|ty)";
    private const string OptionalTeens = "(?:twen|thir|for|fif|six|seven|nine)(?:|teen|ty)";
    private const string Low = "zero|one|two|three|four|five|";
    private const string High = "|ten|eleven|twelve|fourteen|hundred|thousand|(?:m|b|tr)illion";

    private static readonly PythonRegex EnglishNumber = new(
        $"((?:(?:{Low}{Teens}|eight(?:|een|y){High})(?:{Low}{OptionalTeens}|eight(?:een|y){High}|[^\\S\\r\\n]|,|and|&)+)?(?:{Low}{Teens}|eight(?:een|y){High}))");

    private static readonly PythonRegex Option = new(@"\([A-Z]\)([^\n^(]*)");

    public static IEnumerable<string> OptionsInQuestion(PythonDictionary document) => Option.FindAll(document.Find("input")?.ToString() ?? "").Select(m => m[0]);

    public static IEnumerable<string> OptionsInColumn(PythonDictionary document) =>
        document.Find("choices") is PythonSequence list ? list.Items.Select(i => i.ToString()) : [];

    /// <summary>A choice as its letter: the given pattern; else the text of an option; else a bare letter after a colon.</summary>
    public static ResponseFilter Choice(MatchChoice match, AnswerNormalization normalization, Func<PythonDictionary, IEnumerable<string>> optionsOf) => (responses, document) =>
    {
        var options = optionsOf(document).Select(o => normalization.Apply(PythonText.Strip(o, null))).ToList();
        var text = new PythonRegex(string.Join('|', options.Select(PythonRegex.Escape)));
        var bare = new PythonRegex($":[\\s]*({string.Join('|', options.Select((_, i) => (char)('A' + i)))})");
        return responses.Select(response =>
        {
            if (match.Find(match.Regex, response) is { } given)
                return given;
            if (match.Find(text, normalization.Apply(response)) is { } option)
                return options.LastIndexOf(option) is >= 0 and var at ? $"({(char)('A' + at)})" : option;
            return match.Find(bare, response) is { } found ? $"({found})" : match.Fallback;
        });
    };

    /// <summary>
    /// Maps a verdict to a value: any of the patterns is looked for, then the first pattern that matches within what was found gives the value.
    /// </summary>
    public static ResponseFilter Map(IReadOnlyList<(PythonRegex Regex, string Value)> map, MatchChoice match, AnswerNormalization normalization)
    {
        var any = new PythonRegex(string.Join('|', map.Select(m => m.Regex.Pattern)));
        return (responses, _) => responses.Select(response =>
        {
            if (match.Find(any, normalization.Apply(response)) is not { } found)
                return match.Fallback;
            var again = normalization.Apply(found);
            return map.FirstOrDefault(m => match.Find(m.Regex, again) is not null).Value ?? match.Fallback;
        });
    }

    /// <summary>A number in digits, else one written in English words. Of the words, bare <c>six</c> to <c>nine</c> are not seen, as in lm-evaluation-harness.</summary>
    public static ResponseFilter Number(MatchChoice match) => (responses, _) => responses.Select(response =>
        match.Find(match.Regex, response)
        ?? (match.Find(EnglishNumber, LetterCase.Lower(response)) is { } words ? EnglishNumbers.Parse(words)?.ToString(CultureInfo.InvariantCulture) : null)
        ?? match.Fallback);

    /// <summary>The words of the question's list as they stand in the response, each where it stands last.</summary>
    public static FilteredResponses WordSort(FilteredResponses responses, PythonDictionary document)
    {
        var parts = (document.Find("input")?.ToString() ?? "").Split("List:");
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
