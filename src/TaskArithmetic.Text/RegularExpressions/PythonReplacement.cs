using System.Globalization;

namespace TaskArithmetic.Text.RegularExpressions;

/// <summary>The replacement notation of Python's <c>re.sub</c>: <c>\1</c>, <c>\g&lt;1&gt;</c>, <c>\n</c>; all else is itself.</summary>
internal static class PythonReplacement
{
    /// <summary>Parts in order: literal text, or the number of a group.</summary>
    public static List<(string? Text, int Group)> Parse(string replacement, int groups)
    {
        var parts = new List<(string?, int)>();
        for (var i = 0; i < replacement.Length; i++)
        {
            if (replacement[i] != '\\' || i + 1 == replacement.Length)
            {
                parts.Add((replacement[i].ToString(), 0));
                continue;
            }
            var next = replacement[++i];
            if (char.IsAsciiDigit(next))
                parts.Add((null, Group(next.ToString(), groups)));
            else if (next == 'g' && replacement.IndexOf('>', i) is > 0 and var end && replacement[i + 1] == '<')
            {
                parts.Add((null, Group(replacement[(i + 2)..end], groups)));
                i = end;
            }
            else
                parts.Add((next switch { 'n' => "\n", 't' => "\t", 'r' => "\r", '\\' => "\\", _ => "\\" + next }, 0));
        }
        return parts;
    }

    private static int Group(string number, int groups) =>
        int.TryParse(number, CultureInfo.InvariantCulture, out var group) && group <= groups
            ? group
            : throw new ArgumentException($"invalid group reference {number}");
}
