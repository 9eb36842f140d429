namespace TaskArithmetic.Evaluation.Filters;

/// <summary>Reads numbers written in English words the way the Python package word2number does, its limits included.</summary>
internal static class EnglishNumbers
{
    private static readonly Dictionary<string, long> Words = MakeWords();

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

    private static Dictionary<string, long> MakeWords()
    {
        string[] small =
        [
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
            "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
        ];
        string[] tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
        var words = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var i = 0; i < small.Length; i++)
            words.Add(small[i], i);
        for (var i = 0; i < tens.Length; i++)
            words.Add(tens[i], 10 * (i + 2));
        words.Add("hundred", 100);
        words.Add("thousand", 1000);
        words.Add("million", 1_000_000);
        words.Add("billion", 1_000_000_000);
        return words;
    }
}
