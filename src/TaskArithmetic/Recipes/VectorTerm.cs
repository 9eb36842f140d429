using System.Text.RegularExpressions;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Recipes;

/// <summary>
/// One term of a merge: a vector file, or a pair of donors whose difference is the vector; for the linear method, a model.
/// </summary>
/// <param name="Path">The vector file, or the donor that has the skill (GRPO), or the model.</param>
/// <param name="Minus">The donor without the skill (SFT); null for a vector file or a model.</param>
/// <param name="Alpha">How strongly it counts.</param>
/// <param name="Selection">Which tensors it changes.</param>
public sealed partial record VectorTerm(string Path, string? Minus, AlphaSchedule Alpha, TensorSelection Selection)
{
    private static readonly string[] Keys = ["minus", "alpha", "tensors", "exclude"];

    /// <summary>
    /// Reads <c>PATH[,minus=PATH][,alpha=0.7|[0.8,0.2]][,tensors=GLOB][,exclude=GLOB]</c>.
    /// </summary>
    /// <exception cref="DiagnosticException">TA2019 unknown, repeated or empty parts, TA2013 bad α; all of them at once.</exception>
    public static VectorTerm Parse(string text)
    {
        var parts = KeySeparator().Split(text);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var problems = new List<Diagnostic>();
        foreach (var part in parts.Skip(1))
        {
            var equals = part.IndexOf('=');
            var (key, value) = (part[..equals], part[(equals + 1)..]);
            if (!Keys.Contains(key))
                problems.Add(RecipeDiagnostics.BadVector(text, $"'{Printable.Start(key)}' is none of {string.Join(", ", Keys)}{(NearestName.Find(key, Keys) is { } nearest ? $". Did you mean '{nearest}'?" : "")}"));
            else if (value.Trim(' ', ';').Length == 0 || !values.TryAdd(key, value))
                problems.Add(RecipeDiagnostics.BadVector(text, $"'{key}' is empty or given twice"));
        }
        if (string.IsNullOrWhiteSpace(parts[0]))
            problems.Add(RecipeDiagnostics.BadVector(text, "the path in front is empty"));
        var alpha = AlphaSchedule.One;
        try
        {
            alpha = AlphaSchedule.Parse(values.GetValueOrDefault("alpha"));
        }
        catch (DiagnosticException e)
        {
            problems.AddRange(e.Diagnostics);
        }
        return problems.Count == 0
            ? new VectorTerm(parts[0], values.GetValueOrDefault("minus"), alpha, TensorSelection.Parse(values.GetValueOrDefault("tensors"), values.GetValueOrDefault("exclude")))
            : throw new DiagnosticException([.. problems.Distinct()]);
    }

    /// <summary>A comma starts a new part only in front of a word and an equals sign, blanks between them aside, so lists and paths may hold commas.</summary>
    [GeneratedRegex(@",\s*(?=[A-Za-z_]+=)", RegexOptions.CultureInvariant)]
    private static partial Regex KeySeparator();
}
