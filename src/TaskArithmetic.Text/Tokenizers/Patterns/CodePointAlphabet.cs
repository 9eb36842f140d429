using System.Globalization;
using System.Text;

namespace TaskArithmetic.Text.Tokenizers.Patterns;

/// <summary>
/// Code points divided into letters: two code points share a letter if no set of an expression tells them apart.
/// Every letter is one UTF-16 unit, so that an engine made for UTF-16 sees astral characters as the single
/// characters they are.
/// </summary>
internal sealed class CodePointAlphabet
{
    // CJK ideographs: no regex syntax, no case, no surrogates, and room for 20,000 letters.
    private const char FirstLetter = '\u4E00';

    private const int MostLetters = 20_000;

    private readonly char[] basic = new char[0x10000];
    private readonly int[] starts;
    private readonly char[] letters;
    private readonly int firstAstral;

    /// <exception cref="PatternException">The sets tell more code points apart than there are letters.</exception>
    public CodePointAlphabet(IReadOnlyCollection<CodePointSet> sets)
    {
        // Between two neighbouring starts no set changes its mind.
        starts =
        [
            .. sets.SelectMany(s => s.Ranges).SelectMany(r => new[] { r.First, r.Last + 1 }).Where(c => c <= CodePointSet.Last)
                .Append(0).Append(0x10000).Distinct().Order(),
        ];
        letters = Letters(Classes(sets));
        firstAstral = Array.BinarySearch(starts, 0x10000);
        for (var i = 0; i < firstAstral; i++)
            basic.AsSpan(starts[i], starts[i + 1] - starts[i]).Fill(letters[i]);
    }

    public char LetterOf(char basicCharacter) => basic[basicCharacter];

    public char LetterOfAstral(int codePoint)
    {
        var found = Array.BinarySearch(starts, firstAstral, starts.Length - firstAstral, codePoint);
        return letters[found >= 0 ? found : ~found - 1];
    }

    /// <summary>A .NET character class that matches the letters of a set.</summary>
    public string ClassOf(CodePointSet set)
    {
        var ranges = CodePointSet.Of(Members(set).Select(i => ((int)letters[i], (int)letters[i])));
        var text = new StringBuilder("[");
        foreach (var (first, last) in ranges.Ranges)
            text.Append($"\\u{first:X4}-\\u{last:X4}");
        // An empty bracket is no class in .NET; the negation of everything matches nothing.
        return text.Length == 1 ? "[^\\s\\S]" : text.Append(']').ToString();
    }

    /// <summary>A number for each start, equal where no set tells them apart: each set in turn splits what it holds from what it does not.</summary>
    private int[] Classes(IReadOnlyCollection<CodePointSet> sets)
    {
        var classes = new int[starts.Length];
        var count = 1;
        var split = new Dictionary<int, int>();
        foreach (var set in sets.Distinct())
        {
            split.Clear();
            foreach (var i in Members(set))
            {
                if (!split.TryGetValue(classes[i], out var apart))
                    split.Add(classes[i], apart = count++);
                classes[i] = apart;
            }
        }
        return classes;
    }

    private static char[] Letters(int[] classes)
    {
        var known = new Dictionary<int, char>();
        return [.. classes.Select(c =>
        {
            if (known.TryGetValue(c, out var letter))
                return letter;
            if (known.Count == MostLetters)
                throw new PatternException(0, string.Create(CultureInfo.InvariantCulture, $"it tells more than {MostLetters} kinds of characters apart."));
            return known[c] = (char)(FirstLetter + known.Count);
        })];
    }

    /// <summary>The places in <see cref="starts"/> whose code points a set holds.</summary>
    private IEnumerable<int> Members(CodePointSet set)
    {
        foreach (var (first, last) in set.Ranges)
        {
            for (var i = Array.BinarySearch(starts, first); i < starts.Length && starts[i] <= last; i++)
                yield return i;
        }
    }
}
