using System.Globalization;
using System.Text;
using TaskArithmetic.Text.Python;
using TaskArithmetic.Text.RegularExpressions;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary>What the BBH filters ignore in a text before they look for a match.</summary>
/// <param name="IgnoreCase">Lower-case the text.</param>
/// <param name="IgnorePunctuation">Drop every character of the Unicode categories P*.</param>
/// <param name="RegexesToIgnore">Drop what these match, before the rest.</param>
internal sealed record AnswerNormalization(bool IgnoreCase, bool IgnorePunctuation, IReadOnlyList<PythonRegex> RegexesToIgnore)
{
    public string Apply(string text)
    {
        foreach (var regex in RegexesToIgnore)
            text = regex.Remove(text);
        if (IgnoreCase)
            text = LetterCase.Lower(text);
        return IgnorePunctuation ? WithoutPunctuation(text) : text;
    }

    private static string WithoutPunctuation(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is not (>= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation))
                kept.Append(rune);
        }
        return kept.ToString();
    }
}
