using System.Diagnostics;
using System.Text.RegularExpressions;

namespace TaskArithmetic.Text.RegularExpressions;

/// <summary>A regular expression of Python's <c>re</c>, run by .NET's engine with Python's meaning.</summary>
internal sealed class PythonRegex
{
    /// <summary>Time one search may take; patterns come from task files and texts from models.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private const int MostLength = 1 << 14;

    private readonly Regex regex;
    private readonly int groups;

    /// <summary>Compiles a pattern.</summary>
    /// <exception cref="ArgumentException">The pattern is malformed, or uses what .NET cannot express.</exception>
    public PythonRegex(string pattern)
    {
        if (pattern.Length > MostLength)
            throw new ArgumentException($"it has {pattern.Length} characters, more than {MostLength}");
        Pattern = pattern;
        var translated = new PythonRegexTranslator(pattern).Translate();
        groups = translated.Groups;
        regex = new Regex(translated.Pattern, RegexOptions.CultureInvariant, Timeout);
    }

    /// <summary>The pattern as written.</summary>
    public string Pattern { get; }

    /// <summary>
    /// <c>re.findall</c>: for each match its groups, or the whole match if the pattern has none. A group that took
    /// no part is the empty text.
    /// </summary>
    public List<string[]> FindAll(string text)
    {
        var found = new List<string[]>();
        var started = Stopwatch.GetTimestamp();
        for (var match = regex.Match(text); match.Success; match = match.NextMatch())
        {
            // Each search has its own limit; many slow ones may not add up.
            if (Stopwatch.GetElapsedTime(started) > Timeout)
                throw new RegexMatchTimeoutException(text, Pattern, Timeout);
            if (groups == 0)
            {
                found.Add([match.Value]);
                continue;
            }
            var values = new string[groups];
            for (var i = 0; i < groups; i++)
                values[i] = match.Groups[i + 1].Value;
            found.Add(values);
        }
        return found;
    }

    /// <summary><c>re.sub(pattern, "", text)</c>.</summary>
    public string Remove(string text) => regex.Replace(text, "");

    /// <summary><c>re.sub</c> with a replacement in Python's notation; a count of -1 replaces all.</summary>
    /// <exception cref="ArgumentException">The replacement names a group that is not there.</exception>
    public string Replace(string text, string replacement, int count)
    {
        var parts = PythonReplacement.Parse(replacement, groups);
        return regex.Replace(text, match => string.Concat(parts.Select(p => p.Text ?? match.Groups[p.Group].Value)), count);
    }

    /// <summary><c>re.escape</c>.</summary>
    public static string Escape(string text) =>
        string.Concat(text.Select(c => SpecialCharacters.Contains(c) ? "\\" + c : c.ToString()));

    private const string SpecialCharacters = "()[]{}?*+-|^$\\.&~# \t\n\r\v\f";
}
