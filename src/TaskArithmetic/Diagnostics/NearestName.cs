namespace TaskArithmetic.Diagnostics;

/// <summary>Finds what a mistyped name was probably meant to be.</summary>
internal static class NearestName
{
    private const int MostLength = 100;

    /// <summary>The known name with the fewest edits, letter case aside, or null if none is close.</summary>
    public static string? Find(string name, IEnumerable<string> known)
    {
        // Distance costs the product of the lengths, and a text as long as a page is no mistyped name.
        if (name.Length > MostLength)
            return null;
        string? best = null;
        var fewest = Math.Max(2, name.Length / 3) + 1;
        foreach (var candidate in known.Where(k => k.Length <= MostLength))
        {
            var edits = Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (edits < fewest)
                (best, fewest) = (candidate, edits);
        }
        return best;
    }

    /// <summary>Levenshtein's distance.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replace, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
