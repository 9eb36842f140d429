using System.Globalization;
using System.Text;
using TaskArithmetic.Text.Python;
using TaskArithmetic.Text.RegularExpressions;

namespace TaskArithmetic.Evaluation.Filters;

/// <summary>What is ignored in a text before it is matched or compared.</summary>
/// <param name="Ignored">What these match is dropped before the rest.</param>
/// <param name="IgnoresCase">Whether the text is lower-cased.</param>
/// <param name="Drops">Characters to drop, or null.</param>
internal sealed record AnswerNormalization(IReadOnlyList<PythonRegex> Ignored, bool IgnoresCase, Func<Rune, bool>? Drops)
{
    public static readonly string[] Options = ["ignore_case", "ignore_punctuation", "regexes_to_ignore"];

    /// <summary>As the BBH filters have it: punctuation is every character of the Unicode categories P*.</summary>
    public static AnswerNormalization Of(OptionReader options) => new(
        options.Patterns("regexes_to_ignore"), options.Flag("ignore_case"),
        options.Flag("ignore_punctuation") ? rune => Rune.GetUnicodeCategory(rune) is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation : null);

    public string Apply(string text)
    {
        foreach (var regex in Ignored)
            text = regex.Remove(text);
        if (IgnoresCase)
            text = LetterCase.Lower(text);
        return Drops is null ? text : string.Concat(text.EnumerateRunes().Where(r => !Drops(r)));
    }
}
