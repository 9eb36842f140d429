using System.Text.RegularExpressions;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;

namespace TaskArithmetic.Recipes;

/// <summary>An input of a recipe as the command line says it.</summary>
internal static partial class VectorText
{
    private const string Alpha = "alpha";
    private static readonly string[] OwnKeys = ["minus", "adapter", "tensors", "exclude"];

    /// <summary>
    /// Reads <c>PATH[,minus=PATH][,adapter=PATH][,alpha=0.7|[0.8,0.2]][,KEY=VALUE][,tensors=GLOB][,exclude=GLOB]</c>, where KEY is a
    /// parameter that the method has for each input; alpha is weight's other name.
    /// </summary>
    /// <exception cref="DiagnosticException">TA2019 unknown, repeated or empty parts, TA2013 bad α; all of them at once.</exception>
    public static RecipeInput Parse(string text, MethodSchema method)
    {
        var parts = KeySeparator().Split(text);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var problems = new List<Diagnostic>();
        var known = KeysOf(method);
        foreach (var part in parts.Skip(1))
        {
            var equals = part.IndexOf('=');
            var (key, value) = (part[..equals], part[(equals + 1)..]);
            if (!known.Contains(key))
                problems.Add(RecipeDiagnostics.BadVector(text, Unknown(key, method, known)));
            else if (value.Trim(' ', ';').Length == 0 || !values.TryAdd(key, value))
                problems.Add(RecipeDiagnostics.BadVector(text, $"'{key}' is empty or given twice"));
        }
        if (string.IsNullOrWhiteSpace(parts[0]))
            problems.Add(RecipeDiagnostics.BadVector(text, "the path in front is empty"));
        if (values.ContainsKey(Alpha) && values.ContainsKey(MethodParameter.Weight.Name))
            problems.Add(RecipeDiagnostics.BadVector(text, "'alpha' and 'weight' are two names of one parameter, so one of them must go"));
        var parameters = Parameters(text, values, problems);
        return problems.Count == 0
            ? new RecipeInput(parts[0])
            {
                Minus = values.GetValueOrDefault("minus"),
                Adapter = values.GetValueOrDefault("adapter"),
                Parameters = parameters,
                Selection = TensorSelection.Parse(values.GetValueOrDefault("tensors"), values.GetValueOrDefault("exclude")),
            }
            : throw new DiagnosticException([.. problems.Distinct()]);
    }

    /// <summary>Every key, those that all methods take in front and behind.</summary>
    private static IReadOnlyList<string> KeysOf(MethodSchema method)
    {
        var own = method.Parameters.Where(p => p.Scope == ParameterScope.Input).Select(p => p.Name).ToList();
        return ["minus", "adapter", .. own.Contains(MethodParameter.Weight.Name) ? [Alpha] : Array.Empty<string>(), .. own, "tensors", "exclude"];
    }

    private static string Unknown(string key, MethodSchema method, IReadOnlyList<string> known)
    {
        var shown = Printable.Start(key);
        return method.Find(key) is { Scope: ParameterScope.Global }
            ? $"'{shown}' counts for the whole merge, not for one input"
            : $"'{shown}' is none of {string.Join(", ", known)}, which the method {method.Name} takes{(NearestName.Find(key, known) is { } nearest ? $". Did you mean '{nearest}'?" : "")}";
    }

    private static Dictionary<string, ParameterValue> Parameters(string text, Dictionary<string, string> values, List<Diagnostic> problems)
    {
        var parameters = new Dictionary<string, ParameterValue>(StringComparer.Ordinal);
        foreach (var (key, value) in values.Where(v => !OwnKeys.Contains(v.Key)))
        {
            var name = key == Alpha ? MethodParameter.Weight.Name : key;
            var isWeight = name == MethodParameter.Weight.Name;
            try
            {
                parameters[name] = ParameterValue.Parse(value);
                if (isWeight && parameters[name].Entries.SelectMany(e => e.Values).Any(s => s.AsNumber() is not { } number || !double.IsFinite(number)))
                    problems.Add(RecipeDiagnostics.BadAlpha(value));
            }
            catch (FormatException) when (isWeight)
            {
                problems.Add(RecipeDiagnostics.BadAlpha(value));
            }
            catch (FormatException e)
            {
                problems.Add(RecipeDiagnostics.BadVector(text, $"'{key}' has no readable value: {e.Message.TrimEnd('.')}"));
            }
        }
        return parameters;
    }

    /// <summary>A comma starts a new part only in front of a word and an equals sign, blanks between them aside, so lists and paths may hold commas.</summary>
    [GeneratedRegex(@",\s*(?=[A-Za-z_][A-Za-z0-9_]*=)", RegexOptions.CultureInvariant)]
    private static partial Regex KeySeparator();
}
