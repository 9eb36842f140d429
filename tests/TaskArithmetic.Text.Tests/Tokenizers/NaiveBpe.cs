using System.Text;
using System.Text.Json;

namespace TaskArithmetic.Text.Tests.Tokenizers;

/// <summary>Byte-pair encoding with byte fallback in its plainest form: look at all pairs, merge the best, begin again.</summary>
internal sealed class NaiveBpe
{
    private readonly Dictionary<string, int> vocabulary;
    private readonly Dictionary<(string, string), int> ranks;

    public NaiveBpe(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        var model = document.RootElement.GetProperty("model");
        vocabulary = model.GetProperty("vocab").EnumerateObject().ToDictionary(t => t.Name, t => t.Value.GetInt32());
        ranks = model.GetProperty("merges").EnumerateArray().Select((m, rank) => (Pair: m.GetString()!.Split(' '), rank))
            .ToDictionary(m => (m.Pair[0], m.Pair[1]), m => m.rank);
    }

    public int[] Encode(string text)
    {
        var symbols = text.EnumerateRunes().SelectMany(rune => vocabulary.ContainsKey(rune.ToString())
            ? [rune.ToString()]
            : Encoding.UTF8.GetBytes(rune.ToString()).Select(b => $"<0x{b:X2}>")).ToList();
        while (true)
        {
            var best = Enumerable.Range(0, Math.Max(0, symbols.Count - 1))
                .Where(i => ranks.ContainsKey((symbols[i], symbols[i + 1])))
                .Select(i => (Rank: ranks[(symbols[i], symbols[i + 1])], Place: i))
                .DefaultIfEmpty((Rank: 0, Place: -1))
                .Min().Place;
            if (best < 0)
                return [.. symbols.Select(s => vocabulary[s])];
            symbols[best] += symbols[best + 1];
            symbols.RemoveAt(best + 1);
        }
    }
}
