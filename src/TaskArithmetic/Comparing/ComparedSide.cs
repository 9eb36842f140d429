using System.Globalization;
using System.Text.RegularExpressions;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Comparing;

/// <summary>One side of a comparison: a model, a vector, or a pair of models whose difference is the vector.</summary>
/// <param name="Path">Model folder, safetensors file or vector file.</param>
/// <param name="Minus">The model that is subtracted from it; null where there is none of its own.</param>
/// <param name="Strength">How strongly the vector is added to a target (α).</param>
internal sealed partial record ComparedSide(string Path, string? Minus, double Strength)
{
    /// <summary>Reads <c>PATH[,minus=PATH][,alpha=NUMBER]</c>.</summary>
    /// <exception cref="DiagnosticException">TA2130: a part is unknown, empty, given twice or no number.</exception>
    public static ComparedSide Parse(string text)
    {
        var parts = Part().Split(text);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var problems = new List<Diagnostic>();
        foreach (var part in parts.Skip(1))
        {
            var (key, value) = (part[..part.IndexOf('=')], part[(part.IndexOf('=') + 1)..].Trim());
            if (key is not ("minus" or "alpha"))
                problems.Add(CompareDiagnostics.BadSide(text, $"'{Printable.Start(key)}' is neither minus nor alpha"));
            else if (value.Length == 0 || !values.TryAdd(key, value))
                problems.Add(CompareDiagnostics.BadSide(text, $"'{key}' is empty or given twice"));
        }
        if (string.IsNullOrWhiteSpace(parts[0]))
            problems.Add(CompareDiagnostics.BadSide(text, "the path in front is empty"));
        var strength = 1.0;
        if (values.TryGetValue("alpha", out var alpha) && (!double.TryParse(alpha, NumberStyles.Float, CultureInfo.InvariantCulture, out strength) || !double.IsFinite(strength)))
            problems.Add(CompareDiagnostics.BadSide(text, $"alpha '{Printable.Start(alpha)}' is no finite number"));
        return problems.Count == 0 ? new(parts[0], values.GetValueOrDefault("minus"), strength) : throw new DiagnosticException(problems);
    }

    /// <summary>A comma starts a new part only in front of a word and an equals sign, so that paths may hold commas.</summary>
    [GeneratedRegex(@",\s*(?=[A-Za-z_]+=)", RegexOptions.CultureInvariant)]
    private static partial Regex Part();
}
