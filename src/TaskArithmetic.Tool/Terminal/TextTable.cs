using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Tool.Terminal;

/// <summary>Columns of text: the first to the left, the others to the right, widths as the cells need.</summary>
internal sealed class TextTable(params IReadOnlyList<string> headers)
{
    private const string Gap = "  ";
    private const int ShortestName = 16;

    private readonly List<IReadOnlyList<string>> rows = [headers];

    public void Add(params IReadOnlyList<string> cells) => rows.Add([.. cells.Select(Printable.Of)]);

    /// <summary>The lines, header first. Names in the first column lose their middle where the table would be wider than the terminal.</summary>
    public IEnumerable<string> Lines(int width)
    {
        var widths = Enumerable.Range(0, headers.Count).Select(i => rows.Max(r => r[i].Length)).ToArray();
        var others = widths.Skip(1).Sum(w => w + Gap.Length);
        widths[0] = Math.Min(widths[0], Math.Max(ShortestName, width - others));
        return rows.Select(row => string.Join(Gap, row.Select((cell, i) => i == 0 ? Shorten(cell, widths[0]).PadRight(widths[0]) : cell.PadLeft(widths[i]))).TrimEnd());
    }

    private static string Shorten(string text, int length)
    {
        if (text.Length <= length)
            return text;
        var start = (length - 1) / 2;
        return $"{text[..start]}…{text[^(length - 1 - start)..]}";
    }
}
