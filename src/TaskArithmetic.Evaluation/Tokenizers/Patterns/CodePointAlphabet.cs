using System.Text;

namespace TaskArithmetic.Evaluation.Tokenizers.Patterns;

/// <summary>
/// Code points divided into letters: two code points share a letter if no set of an expression tells them apart.
/// Every letter is one UTF-16 unit, so that an engine made for UTF-16 sees astral characters as the single
/// characters they are.
/// </summary>
internal sealed class CodePointAlphabet
{
    // CJK ideographs: no regex syntax, no case, no surrogates, and room for 20,000 letters.
    private const char FirstLetter = '\u4E00';

    private readonly char[] basic = new char[0x10000];
    private readonly int[] astralStarts;
    private readonly char[] astralLetters;
    private readonly int[] representatives;

    public CodePointAlphabet(IReadOnlyList<CodePointSet> sets)
    {
        var starts = new SortedSet<int>(sets.SelectMany(s => s.Ranges).SelectMany(r => new[] { r.First, r.Last + 1 }).Where(c => c <= CodePointSet.Last))
        {
            0,
            0x10000,
        };
        var letters = new Dictionary<string, char>();
        var members = new List<int>();
        var astral = new List<(int Start, char Letter)>();
        var bounds = starts.Append(CodePointSet.Last + 1).ToArray();
        for (var i = 0; i + 1 < bounds.Length; i++)
        {
            var signature = string.Create(sets.Count, bounds[i], (bits, start) =>
            {
                for (var s = 0; s < bits.Length; s++)
                    bits[s] = sets[s].Contains(start) ? '1' : '0';
            });
            if (!letters.TryGetValue(signature, out var letter))
            {
                letters.Add(signature, letter = (char)(FirstLetter + letters.Count));
                members.Add(bounds[i]);
            }
            if (bounds[i] < 0x10000)
                basic.AsSpan(bounds[i], bounds[i + 1] - bounds[i]).Fill(letter);
            else
                astral.Add((bounds[i], letter));
        }
        astralStarts = [.. astral.Select(a => a.Start)];
        astralLetters = [.. astral.Select(a => a.Letter)];
        representatives = [.. members];
    }

    public char LetterOf(char basicCharacter) => basic[basicCharacter];

    public char LetterOfAstral(int codePoint)
    {
        var found = Array.BinarySearch(astralStarts, codePoint);
        return astralLetters[found >= 0 ? found : ~found - 1];
    }

    /// <summary>A .NET character class that matches the letters of a set.</summary>
    public string ClassOf(CodePointSet set)
    {
        var ranges = CodePointSet.Of(Enumerable.Range(0, representatives.Length)
            .Where(i => set.Contains(representatives[i]))
            .Select(i => (FirstLetter + i, FirstLetter + i)));
        var text = new StringBuilder("[");
        foreach (var (first, last) in ranges.Ranges)
            text.Append($"\\u{first:X4}-\\u{last:X4}");
        // An empty bracket is no class in .NET; the negation of everything matches nothing.
        return text.Length == 1 ? "[^\\s\\S]" : text.Append(']').ToString();
    }
}
