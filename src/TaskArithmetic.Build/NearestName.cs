using System;
using System.Collections.Generic;
using System.Linq;

namespace TaskArithmetic.Build;

/// <summary>Finds what a mistyped name was probably meant to be. The tasks cannot load the tool's own, since they run on .NET Framework too.</summary>
internal static class NearestName
{
    /// <summary>The known name with the fewest edits, or null if none is close.</summary>
    public static string? Find(string name, IEnumerable<string> known) => known
        .Select(candidate => (Name: candidate, Edits: Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant())))
        .Where(c => c.Edits <= Math.Max(1, Math.Min(name.Length, c.Name.Length) / 3))
        .OrderBy(c => c.Edits)
        .Select(c => c.Name)
        .FirstOrDefault();

    /// <summary>"; did you mean …?" or nothing.</summary>
    public static string Hint(string name, IEnumerable<string> known) => Find(name, known) is { } nearest ? $" Did you mean '{nearest}'?" : "";

    /// <summary>Edits of one letter, an exchange of two neighbours counting as one.</summary>
    private static int Distance(string a, string b)
    {
        var edits = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    edits[i, j] = i + j;
                    continue;
                }
                var least = Math.Min(edits[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1);
                edits[i, j] = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] ? Math.Min(least, edits[i - 2, j - 2] + 1) : least;
            }
        }
        return edits[a.Length, b.Length];
    }
}
