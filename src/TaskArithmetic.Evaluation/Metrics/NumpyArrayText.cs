using System.Globalization;
using System.Text;

namespace TaskArithmetic.Evaluation.Metrics;

/// <summary>
/// The text NumPy prints for a vector of doubles under its default options (precision 8, line width 75):
/// lm-evaluation-harness writes the probabilities behind <c>brier_score</c> in this form.
/// </summary>
internal static class NumpyArrayText
{
    private const int Precision = 8;
    private const int LineWidth = 75;

    /// <summary>The text of a vector.</summary>
    public static string Format(ReadOnlySpan<double> values)
    {
        var words = UsesExponent(values) ? Scientific(values) : Positional(values);
        var text = new StringBuilder("[");
        var column = 1;
        for (var i = 0; i < words.Length; i++)
        {
            // The closing bracket takes one column of the last line, the separator one of the others.
            if (column + words[i].Length > LineWidth - 1 && column > 1)
            {
                text.Length -= 1;
                text.Append("\n ");
                column = 1;
            }
            text.Append(words[i]);
            column += words[i].Length;
            if (i < words.Length - 1)
            {
                text.Append(' ');
                column++;
            }
        }
        return text.Append(']').ToString();
    }

    private static bool UsesExponent(ReadOnlySpan<double> values)
    {
        var smallest = double.PositiveInfinity;
        var largest = 0.0;
        foreach (var value in values)
        {
            var size = Math.Abs(value);
            if (size == 0 || !double.IsFinite(size))
                continue;
            smallest = Math.Min(smallest, size);
            largest = Math.Max(largest, size);
        }
        return largest > 0 && (largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1000);
    }

    private static string[] Positional(ReadOnlySpan<double> values)
    {
        var parts = new (string Whole, string Fraction)[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var text = double.IsFinite(values[i]) ? Shortest(values[i], Precision, "F") : Special(values[i]);
            var point = text.IndexOf('.');
            parts[i] = point < 0 ? (text, "") : (text[..point], text[(point + 1)..]);
        }
        var left = parts.Max(p => p.Whole.Length);
        var right = parts.Max(p => p.Fraction.Length);
        return [.. parts.Select(p => char.IsLetter(p.Whole[^1])
            ? p.Whole.PadLeft(left + right + 1)
            : p.Whole.PadLeft(left) + "." + p.Fraction.PadRight(right))];
    }

    private static string[] Scientific(ReadOnlySpan<double> values)
    {
        var digits = 0;
        foreach (var value in values)
        {
            var text = Shortest(value, Precision, "E");
            digits = Math.Max(digits, text.IndexOf('e') - text.IndexOf('.') - 1);
        }
        var words = new string[values.Length];
        for (var i = 0; i < values.Length; i++)
            words[i] = Exponent(values[i].ToString("E" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), digits == 0);
        var width = words.Max(w => w.Length);
        return [.. words.Select(w => w.PadLeft(width))];
    }

    /// <summary>The fewest digits that give the number back, at most the given number of decimals, zeros at the end removed, the point kept.</summary>
    private static string Shortest(double value, int decimals, string format)
    {
        for (var digits = 0; digits < decimals; digits++)
        {
            var text = value.ToString(format + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (double.Parse(text, CultureInfo.InvariantCulture) == value)
                return format == "E" ? Exponent(text, digits == 0) : digits == 0 ? text + "." : text;
        }
        var rounded = value.ToString(format + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        if (format == "F")
            return rounded.TrimEnd('0');
        var mark = rounded.IndexOf('E', StringComparison.Ordinal);
        return Exponent(rounded[..mark].TrimEnd('0') + rounded[mark..], pointMissing: false);
    }

    /// <summary>.NET writes <c>1.5E-005</c> where NumPy writes <c>1.5e-05</c>.</summary>
    private static string Exponent(string text, bool pointMissing)
    {
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        var power = int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return $"{text[..mark]}{(pointMissing ? "." : "")}e{(power < 0 ? '-' : '+')}{Math.Abs(power):00}";
    }

    private static string Special(double value) => double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}
