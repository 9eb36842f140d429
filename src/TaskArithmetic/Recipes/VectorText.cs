using System.Text.RegularExpressions;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Recipes;

/// <summary>An input of a recipe as the command line says it.</summary>
internal static partial class VectorText
{
    private static readonly string[] Keys = ["minus", "alpha", "tensors", "exclude"];

    /// <summary>
    /// Reads <c>PATH[,minus=PATH][,alpha=0.7|[0.8,0.2]][,tensors=GLOB][,exclude=GLOB]</c>.
    /// </summary>
    /// <exception cref="DiagnosticException">TA2019 unknown, repeated or empty parts, TA2013 bad α; all of them at once.</exception>
    public static RecipeInput Parse(string text)
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
        var parameters = new Dictionary<string, ParameterValue>(StringComparer.Ordinal);
        if (values.GetValueOrDefault("alpha") is { } alpha)
        {
            try
            {
                parameters["weight"] = ParameterValue.Parse(alpha);
            }
            catch (FormatException)
            {
                problems.Add(RecipeDiagnostics.BadAlpha(alpha));
            }
            if (parameters.TryGetValue("weight", out var weight) && weight.Entries.SelectMany(e => e.Values).Any(s => s.AsNumber() is not { } number || !double.IsFinite(number)))
                problems.Add(RecipeDiagnostics.BadAlpha(alpha));
        }
        return problems.Count == 0
            ? new RecipeInput(parts[0])
            {
                Minus = values.GetValueOrDefault("minus"),
                Parameters = parameters,
                Selection = TensorSelection.Parse(values.GetValueOrDefault("tensors"), values.GetValueOrDefault("exclude")),
            }
            : throw new DiagnosticException([.. problems.Distinct()]);
    }

    /// <summary>A comma starts a new part only in front of a word and an equals sign, blanks between them aside, so lists and paths may hold commas.</summary>
    [GeneratedRegex(@",\s*(?=[A-Za-z_]+=)", RegexOptions.CultureInvariant)]
    private static partial Regex KeySeparator();
}
