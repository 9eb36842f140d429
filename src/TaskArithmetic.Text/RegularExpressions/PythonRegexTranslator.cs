using System.Globalization;
using System.Text;

namespace TaskArithmetic.Text.RegularExpressions;

/// <summary>
/// Rewrites a pattern of Python's <c>re</c> for .NET where the two read the same text differently: group numbers (Python
/// counts named groups in place), <c>\w \W \b \B \s \S</c> (Python's are defined by <c>isalnum</c> and <c>isspace</c>),
/// <c>\Z</c>, <c>{,n}</c>, <c>(?P…)</c>, <c>\U</c> escapes, and a bracket inside a set, which .NET takes for subtraction.
/// </summary>
internal sealed class PythonRegexTranslator(string pattern)
{
    private const string Word = @"\p{L}\p{N}_";
    private const string Space = @"\s\x1c-\x1f";

    private readonly StringBuilder output = new();
    private readonly Dictionary<string, int> names = new(StringComparer.Ordinal);
    private int at;
    private int groups;

    /// <summary>The .NET pattern and the number of its capturing groups.</summary>
    /// <exception cref="ArgumentException">The pattern is malformed.</exception>
    public (string Pattern, int Groups) Translate()
    {
        while (at < pattern.Length)
        {
            switch (pattern[at])
            {
                case '\\':
                    Escape(inSet: false);
                    break;
                case '[':
                    Set();
                    break;
                case '(':
                    Group();
                    break;
                case '{' when pattern.AsSpan(at).StartsWith("{,"):
                    output.Append("{0,");
                    at += 2;
                    break;
                default:
                    output.Append(pattern[at++]);
                    break;
            }
        }
        return (output.ToString(), groups);
    }

    private void Escape(bool inSet)
    {
        if (at + 1 >= pattern.Length)
            throw new ArgumentException("the pattern ends with a backslash");
        var letter = pattern[at + 1];
        at += 2;
        switch (letter)
        {
            case 'w':
                output.Append(inSet ? Word : $"[{Word}]");
                break;
            case 'W' when !inSet:
                output.Append($"[^{Word}]");
                break;
            case 's':
                output.Append(inSet ? Space : $"[{Space}]");
                break;
            case 'S' when !inSet:
                output.Append($"[^{Space}]");
                break;
            case 'b' when !inSet:
                output.Append($"(?:(?<=[{Word}])(?![{Word}])|(?<![{Word}])(?=[{Word}]))");
                break;
            case 'B' when !inSet:
                output.Append($"(?:(?<=[{Word}])(?=[{Word}])|(?<![{Word}])(?![{Word}]))");
                break;
            case 'Z' when !inSet:
                output.Append(@"\z");
                break;
            case 'U':
                CodePoint();
                break;
            case >= '1' and <= '9' when !inSet:
                Backreference(letter);
                break;
            default:
                output.Append('\\').Append(letter);
                break;
        }
    }

    private void CodePoint()
    {
        if (at + 8 > pattern.Length || !int.TryParse(pattern.AsSpan(at, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value) || !Rune.IsValid(value))
            throw new ArgumentException("\\U needs eight hexadecimal digits of a code point");
        foreach (var unit in new Rune(value).ToString())
            output.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
        at += 8;
    }

    private void Backreference(char first)
    {
        var number = first - '0';
        if (at < pattern.Length && char.IsAsciiDigit(pattern[at]))
            number = number * 10 + (pattern[at++] - '0');
        output.Append(CultureInfo.InvariantCulture, $"(?:\\k<{number}>)");
    }

    private void Set()
    {
        output.Append(pattern[at++]);
        if (at < pattern.Length && pattern[at] == '^')
            output.Append(pattern[at++]);
        // A closing bracket in the first place is a member of the set.
        if (at < pattern.Length && pattern[at] == ']')
        {
            output.Append("\\]");
            at++;
        }
        while (at < pattern.Length && pattern[at] != ']')
        {
            if (pattern[at] == '\\')
                Escape(inSet: true);
            else if (pattern[at] == '[')
            {
                output.Append("\\[");
                at++;
            }
            else
                output.Append(pattern[at++]);
        }
        if (at == pattern.Length)
            throw new ArgumentException("a set '[' is not closed");
        output.Append(pattern[at++]);
    }

    private void Group()
    {
        var rest = pattern.AsSpan(at);
        if (rest.StartsWith("(?P<"))
        {
            var name = Take("(?P<", '>');
            if (!names.TryAdd(name, ++groups))
                throw new ArgumentException($"the group name '{name}' is used twice");
            output.Append(CultureInfo.InvariantCulture, $"(?<{groups}>");
        }
        else if (rest.StartsWith("(?P="))
        {
            output.Append(CultureInfo.InvariantCulture, $"(?:\\k<{NumberOf(Take("(?P=", ')'))}>)");
        }
        else if (rest.StartsWith("(?("))
        {
            var condition = Take("(?(", ')');
            output.Append(CultureInfo.InvariantCulture, $"(?({(int.TryParse(condition, CultureInfo.InvariantCulture, out var number) ? number : NumberOf(condition))})");
        }
        else if (rest.StartsWith("(?#"))
        {
            Take("(?#", ')');
        }
        else if (rest.StartsWith("(?"))
        {
            if (rest.StartsWith("(?a") || rest.StartsWith("(?L"))
                throw new ArgumentException("the flags a and L are not supported");
            output.Append("(?");
            at += 2;
            // Python's u is what .NET always does.
            if (at < pattern.Length && pattern[at] == 'u')
                at++;
        }
        else
        {
            output.Append(CultureInfo.InvariantCulture, $"(?<{++groups}>");
            at++;
        }
    }

    private int NumberOf(string name) =>
        names.TryGetValue(name, out var number) ? number : throw new ArgumentException($"the group '{name}' is not defined before its use");

    private string Take(string opening, char closing)
    {
        var start = at + opening.Length;
        var end = pattern.IndexOf(closing, start);
        if (end < 0)
            throw new ArgumentException($"'{opening}' is not closed");
        at = end + 1;
        return pattern[start..end];
    }
}
