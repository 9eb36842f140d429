namespace TaskArithmetic.Text.Python;

/// <summary>Text seen as Unicode code points, the unit of Python's lengths, indices and slices.</summary>
internal sealed class CodePoints
{
    private readonly string text;
    private readonly int[]? starts;

    public CodePoints(string text)
    {
        this.text = text;
        starts = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? null : FindStarts(text);
        Count = starts is null ? text.Length : starts.Length - 1;
    }

    public int Count { get; }

    /// <summary>The code points from <paramref name="index"/> on.</summary>
    public string Sub(int index, int count) => text[Start(index)..Start(index + count)];

    /// <summary>Where a code point begins, in UTF-16 units.</summary>
    public int Start(int index) => starts is null ? index : starts[index];

    /// <summary>The code point that begins at or after a place given in UTF-16 units.</summary>
    public int IndexOf(int unit) => starts is null ? unit : Array.BinarySearch(starts, unit) is >= 0 and var found ? found : ~Array.BinarySearch(starts, unit);

    public string Slice(PythonSlice slice)
    {
        var (first, _, step, count) = slice.Resolve(Count);
        return count == 0 ? "" : step == 1 ? Sub(first, count) : string.Concat(slice.Indices(Count).Select(i => Sub(i, 1)));
    }

    private static int[] FindStarts(string text)
    {
        // Counted first: a list that grows would hold the places twice.
        var pairs = 0;
        for (var i = 0; i < text.Length; i += Size(text, i))
            pairs += Size(text, i) - 1;
        var starts = new int[text.Length - pairs + 1];
        for (int i = 0, point = 0; i < text.Length; i += Size(text, i))
            starts[point++] = i;
        starts[^1] = text.Length;
        return starts;
    }

    private static int Size(string text, int i) => char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) ? 2 : 1;
}
