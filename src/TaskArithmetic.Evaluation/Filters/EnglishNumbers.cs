namespace TaskArithmetic.Evaluation.Filters;

/// <summary>Reads numbers written in English words the way the Python package word2number does, its limits included.</summary>
internal static class EnglishNumbers
{
    private static readonly Dictionary<string, long> Words = new(StringComparer.Ordinal)
    {
        ["zero"] = 0, ["one"] = 1, ["two"] = 2, ["three"] = 3, ["four"] = 4, ["five"] = 5, ["six"] = 6, ["seven"] = 7,
        ["eight"] = 8, ["nine"] = 9, ["ten"] = 10, ["eleven"] = 11, ["twelve"] = 12, ["thirteen"] = 13, ["fourteen"] = 14,
        ["fifteen"] = 15, ["sixteen"] = 16, ["seventeen"] = 17, ["eighteen"] = 18, ["nineteen"] = 19, ["twenty"] = 20,
        ["thirty"] = 30, ["forty"] = 40, ["fifty"] = 50, ["sixty"] = 60, ["seventy"] = 70, ["eighty"] = 80, ["ninety"] = 90,
        ["hundred"] = 100, ["thousand"] = 1000, ["million"] = 1_000_000, ["billion"] = 1_000_000_000,
    };

    /// <summary>The number, or null where the words make none.</summary>
    public static long? Parse(string text)
    {
        var words = text.Replace('-', ' ').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(Words.ContainsKey).ToList();
        if (words.Count == 0)
            return null;
        if (words.Count == 1)
            return Words[words[0]];
        var billion = words.IndexOf("billion");
        var million = words.IndexOf("million");
        var thousand = words.IndexOf("thousand");
        var repeated = words.Count(w => w is "billion") > 1 || words.Count(w => w is "million") > 1 || words.Count(w => w is "thousand") > 1;
        if (repeated || (thousand >= 0 && (thousand < million || thousand < billion)) || (million >= 0 && million < billion))
            return null;
        long? total = 0;
        var from = 0;
        foreach (var (at, scale) in new[] { (billion, 1_000_000_000L), (million, 1_000_000L), (thousand, 1000L) })
        {
            if (at < 0)
                continue;
            total += Form(words[from..at]) * scale;
            from = at + 1;
        }
        return from == words.Count ? total : total + Form(words[from..]);
    }

    /// <summary>Up to four words below a thousand; of more, word2number takes the first alone.</summary>
    private static long? Form(IReadOnlyList<string> words)
    {
        var n = words.Select(w => Words[w]).ToArray();
        return n switch
        {
            [] => null,
            [var a, var b, var c, var d] => a * b + c + d,
            [var a, var b, var c] => a * b + c,
            [var a, var b] => a == 100 || b == 100 ? a * b : a + b,
            _ => n[0],
        };
    }
}
