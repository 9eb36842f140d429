namespace TaskArithmetic.Text.Tokenizers.Patterns;

/// <summary>An immutable set of Unicode code points, kept as sorted ranges.</summary>
internal sealed class CodePointSet
{
    public const int Last = 0x10FFFF;

    // First and last code point of each range in turn; ranges neither overlap nor touch.
    private readonly int[] bounds;

    private CodePointSet(int[] bounds) => this.bounds = bounds;

    public static CodePointSet Empty { get; } = new([]);

    public static CodePointSet All { get; } = new([0, Last]);

    public IEnumerable<(int First, int Last)> Ranges
    {
        get
        {
            for (var i = 0; i < bounds.Length; i += 2)
                yield return (bounds[i], bounds[i + 1]);
        }
    }

    public static CodePointSet Of(int codePoint) => new([codePoint, codePoint]);

    public static CodePointSet Of(params IEnumerable<(int First, int Last)> ranges)
    {
        var merged = new List<int>();
        foreach (var (first, last) in ranges.OrderBy(r => r.First))
        {
            if (merged.Count > 0 && first <= merged[^1] + 1)
                merged[^1] = Math.Max(merged[^1], last);
            else
                merged.AddRange([first, last]);
        }
        return new([.. merged]);
    }

    public bool Contains(int codePoint)
    {
        var found = Array.BinarySearch(bounds, codePoint);
        // Between two bounds the complement of the index says whether a range was opened.
        return found >= 0 || (~found & 1) == 1;
    }

    public CodePointSet Union(CodePointSet other) => Of(Ranges.Concat(other.Ranges));

    public CodePointSet Intersect(CodePointSet other) => Complement().Union(other.Complement()).Complement();

    public CodePointSet Complement()
    {
        var ranges = new List<int>();
        var next = 0;
        foreach (var (first, last) in Ranges)
        {
            if (next < first)
                ranges.AddRange([next, first - 1]);
            next = last + 1;
        }
        if (next <= Last)
            ranges.AddRange([next, Last]);
        return new([.. ranges]);
    }
}
