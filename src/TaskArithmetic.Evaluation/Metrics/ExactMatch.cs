using TaskArithmetic.Text.Python;
using TaskArithmetic.Text.RegularExpressions;

namespace TaskArithmetic.Evaluation.Metrics;

/// <summary>
/// <c>exact_match</c>: what the regular expressions match is removed from answer and reference, then case, ASCII
/// punctuation and digits if asked; the rest must be equal. Nothing is trimmed and no number is read.
/// </summary>
internal sealed class ExactMatch(PythonDictionary options)
{
    private const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    private readonly PythonRegex[] ignored = options.Find("regexes_to_ignore") is PythonList list ? [.. list.Items.Select(i => new PythonRegex(i.ToString()))] : [];
    private readonly bool ignoreCase = options.Find("ignore_case")?.IsTrue ?? false;
    private readonly bool ignorePunctuation = options.Find("ignore_punctuation")?.IsTrue ?? false;
    private readonly bool ignoreNumbers = options.Find("ignore_numbers")?.IsTrue ?? false;

    public bool Matches(string prediction, string reference) => Normalize(prediction) == Normalize(reference);

    private string Normalize(string text)
    {
        foreach (var regex in ignored)
            text = regex.Remove(text);
        if (ignoreCase)
            text = LetterCase.Lower(text);
        if (ignorePunctuation)
            text = string.Concat(text.Where(c => !Punctuation.Contains(c)));
        return ignoreNumbers ? string.Concat(text.Where(c => !char.IsAsciiDigit(c))) : text;
    }
}
