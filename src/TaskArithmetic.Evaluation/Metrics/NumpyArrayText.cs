using System.Globalization;
using System.Text;

namespace TaskArithmetic.Evaluation.Metrics;

/// <summary>
/// The text NumPy prints for a vector of doubles under its default options (precision 8, line width 75):
/// lm-evaluation-harness writes the probabilities behind <c>brier_score</c> in this form.
/// </summary>
internal static class NumpyArrayText
{
    private const int LineWidth = 75;

    public static string Format(double[] values)
    {
        var words = UsesExponent(values) ? Scientific(values) : Positional(values);
        var text = new StringBuilder("[");
        var column = 1;
        for (var i = 0; i < words.Length; i++)
        {
            // The closing bracket takes one column of the last line, the separator one of the others.
            var wraps = column + 1 + words[i].Length > LineWidth - 1;
            if (i > 0)
            {
                text.Append(wraps ? "\n " : " ");
                column = wraps ? 1 : column + 1;
            }
            text.Append(words[i]);
            column += words[i].Length;
        }
        return text.Append(']').ToString();
    }

    private static bool UsesExponent(double[] values)
    {
        var sizes = values.Select(Math.Abs).Where(size => size > 0 && double.IsFinite(size)).ToArray();
        return sizes.Length > 0 && (sizes.Max() >= 1e8 || sizes.Min() < 1e-4 || sizes.Max() / sizes.Min() > 1000);
    }

    /// <summary>At most 8 decimals, zeros at the end removed, the points one below the other.</summary>
    private static string[] Positional(double[] values)
    {
        var parts = values.Select(v => double.IsFinite(v) ? v.ToString("F8", CultureInfo.InvariantCulture).TrimEnd('0').Split('.') : [Special(v)]).ToArray();
        var left = parts.Max(p => p[0].Length);
        var right = parts.Max(p => p.Length > 1 ? p[1].Length : 0);
        return Array.ConvertAll(parts, p => p.Length > 1 ? p[0].PadLeft(left) + "." + p[1].PadRight(right) : p[0].PadLeft(left + right + 1));
    }

    private static string[] Scientific(double[] values)
    {
        // As many decimals as the number needs that needs most, at most 8.
        var digits = values.Where(double.IsFinite).Max(v => v.ToString("E8", CultureInfo.InvariantCulture).Split('E')[0].TrimEnd('0').Split('.')[1].Length);
        var words = Array.ConvertAll(values, v => double.IsFinite(v) ? Exponent(v.ToString($"E{digits}", CultureInfo.InvariantCulture).Split('E'), digits) : Special(v));
        var width = words.Max(w => w.Length);
        return Array.ConvertAll(words, w => w.PadLeft(width));
    }

    /// <summary>.NET writes <c>1.5E-005</c> where NumPy writes <c>1.5e-05</c>.</summary>
    private static string Exponent(string[] parts, int digits)
    {
        var power = int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return $"{parts[0]}{(digits == 0 ? "." : "")}e{(power < 0 ? '-' : '+')}{Math.Abs(power):00}";
    }

    private static string Special(double value) => double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}
