using TaskArithmetic.Text.Python;
using TaskArithmetic.Text.RegularExpressions;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary>Which match of a pattern counts, and what stands where there is none.</summary>
/// <param name="Regex">The pattern.</param>
/// <param name="Index">The match in the list that <c>findall</c> gives, counted from the end if negative.</param>
/// <param name="Fallback">What stands for a missing match.</param>
internal sealed record MatchChoice(PythonRegex Regex, int Index, string Fallback)
{
    public const string DefaultFallback = "[invalid]";

    public static readonly string[] Options = ["regex_pattern", "group_select", "fallback"];

    public static MatchChoice Of(OptionReader options) => new(
        options.Compile("regex_pattern", options.Text("regex_pattern", @"#### (\-?[0-9\.\,]+)")), options.Number("group_select", 0), options.Text("fallback", DefaultFallback));

    /// <summary><c>regex</c>: of the match the first group that is not empty, without white space around it; the fallback where nothing matches.</summary>
    public string Take(string text) => Groups(Regex, text) is { } match ? PythonText.Strip(First(match) ?? Fallback, null) : Fallback;

    /// <summary>The same as the BBH filters take it: null where nothing, or nothing but white space, matches.</summary>
    public string? Find(PythonRegex regex, string text) =>
        Groups(regex, text) is { } match && PythonText.Strip(First(match) ?? "", null) is { Length: > 0 } answer ? answer : null;

    private string[]? Groups(PythonRegex regex, string text)
    {
        var matches = regex.FindAll(text);
        var at = Index < 0 ? matches.Count + Index : Index;
        return at >= 0 && at < matches.Count ? matches[at] : null;
    }

    private static string? First(string[] match) => match.Length == 1 ? match[0] : Array.Find(match, g => g.Length > 0);
}
