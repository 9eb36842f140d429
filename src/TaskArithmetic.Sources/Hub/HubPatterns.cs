using System.Text;
using System.Text.RegularExpressions;

namespace TaskArithmetic.Sources.Hub;

/// <summary>
/// Chooses files by their names as the hub's clients do (Python's fnmatch): <c>*</c> stands for anything, slashes too, <c>?</c> for one
/// character, <c>[ab]</c> for one of several; a name with a slash at its end stands for all that is in that folder.
/// </summary>
/// <param name="allow">Files that match none of these are left out; null allows all.</param>
/// <param name="ignore">Files that match one of these are left out.</param>
internal sealed class HubPatterns(IReadOnlyList<string>? allow, IReadOnlyList<string>? ignore = null)
{
    private readonly Regex[]? allowed = allow?.Select(Translate).ToArray();
    private readonly Regex[] ignored = ignore?.Select(Translate).ToArray() ?? [];

    /// <summary>Whether a file is wanted.</summary>
    public bool Matches(string file) => (allowed is null || allowed.Any(p => p.IsMatch(file))) && !ignored.Any(p => p.IsMatch(file));

    private static Regex Translate(string pattern)
    {
        if (pattern.EndsWith('/'))
            pattern += "*";
        var regex = new StringBuilder("\\A");
        for (var i = 0; i < pattern.Length; i++)
        {
            // A bracket right after the opening one, or after its negation, is a character like others.
            var first = i + 1 < pattern.Length && pattern[i + 1] == '!' ? i + 2 : i + 1;
            var end = pattern[i] == '[' && first < pattern.Length ? pattern.IndexOf(']', first + 1) : -1;
            if (end > 0)
            {
                var set = pattern[first..end].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);
                regex.Append(first == i + 2 ? "[^" : "[").Append(set.StartsWith('^') ? "\\" + set : set).Append(']');
                i = end;
            }
            else
            {
                regex.Append(pattern[i] switch { '*' => ".*", '?' => ".", _ => Regex.Escape(pattern[i].ToString()) });
            }
        }
        return new(regex.Append("\\z").ToString(), RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking);
    }
}
