using System.Globalization;
using System.Text;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Results;

/// <summary>
/// A Markdown table laid out as the Python package pytablewriter does: a column of numbers has the decimals of its most
/// precise cell and stands to the right; among texts each number stands to the right by itself, and whole ones without decimals.
/// </summary>
internal sealed class MarkdownTable(params string[] headers)
{
    private readonly List<string[]> rows = [];

    public void Add(params string[] row) => rows.Add(Array.ConvertAll(row, Printable.Of));

    public string Write()
    {
        var columns = Enumerable.Range(0, headers.Length).Select(i => new Column(headers[i], [.. rows.Select(r => r[i])])).ToArray();
        var text = new StringBuilder();
        Line(text, columns.Select(c => Centre(c.Header, c.Width)));
        Line(text, columns.Select(c => c.IsNumeric ? new string('-', c.Width - 1) + ":" : new string('-', c.Width)));
        for (var i = 0; i < rows.Count; i++)
            Line(text, columns.Select(c => c.Cell(i)));
        return text.ToString();
    }

    private static void Line(StringBuilder text, IEnumerable<string> cells) => text.Append('|').AppendJoin('|', cells).Append("|\n");

    private static string Centre(string text, int width)
    {
        var left = (width - text.Length) / 2;
        return new string(' ', left) + text.PadRight(width - left);
    }

    private sealed class Column
    {
        private readonly string[] cells;
        private readonly bool[] numbers;

        public Column(string header, string[] values)
        {
            Header = header;
            var parsed = Array.ConvertAll(values, v => decimal.TryParse(v, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : (decimal?)null);
            numbers = Array.ConvertAll(parsed, p => p is not null);
            var decimals = parsed.Max(p => p is { } number ? Decimals(number) : 0);
            // Cells left empty below a name do not make a column of numbers one of texts.
            IsNumeric = numbers.Any(n => n) && values.Zip(numbers).All(v => v.Second || v.First.Length == 0);
            cells = [.. values.Select((value, i) => parsed[i] is not { } number ? value
                : number.ToString("F" + (IsNumeric || Decimals(number) > 0 ? decimals : 0).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))];
            Width = Math.Max(Math.Max(header.Length, cells.Max(c => (int?)c.Length) ?? 0), 3);
        }

        public string Header { get; }

        public int Width { get; }

        public bool IsNumeric { get; }

        public string Cell(int row) => numbers[row] || (IsNumeric && cells[row].Length == 0) ? cells[row].PadLeft(Width) : cells[row].PadRight(Width);

        private static int Decimals(decimal number)
        {
            var text = number.ToString(CultureInfo.InvariantCulture);
            return text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').Length - text.IndexOf('.', StringComparison.Ordinal) - 1 : 0;
        }
    }
}
