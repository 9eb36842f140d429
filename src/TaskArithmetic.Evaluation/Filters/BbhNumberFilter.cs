using System.Globalization;
using TaskArithmetic.Text.Python;
using TaskArithmetic.Text.RegularExpressions;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary>A number in digits, else one written in English words. Of the words, bare <c>six</c> to <c>nine</c> are not seen, as in lm-evaluation-harness.</summary>
internal sealed class BbhNumberFilter(PythonRegex regex, int select, string fallback) : IResponseFilter
{
    private const string Teens = "(?:twen|thir|for|fif|six|seven|nine)(?:teen|ty)";
    private const string OptionalTeens = "(?:twen|thir|for|fif|six|seven|nine)(?:|teen|ty)";
    private const string Low = "zero|one|two|three|four|five|";
    private const string High = "|ten|eleven|twelve|fourteen|hundred|thousand|(?:m|b|tr)illion";

    private static readonly PythonRegex EnglishNumber = new(
        $"((?:(?:{Low}{Teens}|eight(?:|een|y){High})(?:{Low}{OptionalTeens}|eight(?:een|y){High}|[^\\S\\r\\n]|,|and|&)+)?(?:{Low}{Teens}|eight(?:een|y){High}))");

    public FilteredResponses Apply(FilteredResponses responses, PythonDictionary document) => responses.Select(Extract);

    private string Extract(string response) =>
        BbhMatch.Find(regex, response, select)
        ?? (BbhMatch.Find(EnglishNumber, LetterCase.Lower(response), select) is { } words ? EnglishNumbers.Parse(words)?.ToString(CultureInfo.InvariantCulture) : null)
        ?? fallback;
}
