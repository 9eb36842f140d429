namespace TaskArithmetic.Evaluation.Filters;

/// <summary>Reads numbers written in English words the way the Python package word2number does, its limits included.</summary>
internal static class EnglishNumbers
{
    private static readonly Dictionary<string, long> Words = new(
    [
        .. Numbered("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 1),
        .. Numbered("- - twenty thirty forty fifty sixty seventy eighty ninety", 10).Skip(2),
        new("hundred", 100), new("thousand", 1000), new("million", 1_000_000), new("billion", 1_000_000_000),
    ], StringComparer.Ordinal);

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

    private static IEnumerable<KeyValuePair<string, long>> Numbered(string words, int step) => words.Split(' ').Select((word, i) => KeyValuePair.Create(word, (long)i * step));
}
