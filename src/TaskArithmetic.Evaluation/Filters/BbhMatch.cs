using TaskArithmetic.Evaluation.Jinja.Python;

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
