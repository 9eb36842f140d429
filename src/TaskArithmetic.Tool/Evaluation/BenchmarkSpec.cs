using System.Globalization;
using System.Text.RegularExpressions;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Gates;

namespace TaskArithmetic.Tool.Evaluation;

/// <summary>
/// The text of a benchmark: <c>NAME|FILE[,limit=N][,num-fewshot=N][,min-score=X][,max-regression=PP][,require-improvement=true][,metric=NAME]</c>.
/// </summary>
internal static partial class BenchmarkSpec
{
    private static readonly string[] Keys = ["limit", "num-fewshot", "min-score", "max-regression", "require-improvement", "metric"];

    /// <summary>Reads one; what is wrong is noted and left out, so that the rest is checked too.</summary>
    /// <param name="text">The text.</param>
    /// <param name="problems">Hears of TA2024 for every part that is wrong.</param>
    public static GatedBenchmark Parse(string text, List<Diagnostic> problems)
    {
        var parts = KeySeparator().Split(text);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in parts.Skip(1))
        {
            var equals = part.IndexOf('=');
            if (!Keys.Contains(part[..equals]))
                problems.Add(ToolDiagnostics.BadBenchmark(text, $"'{part[..equals]}' is none of {string.Join(", ", Keys)}{(NearestName.Find(part[..equals], Keys) is { } nearest ? $". Did you mean '{nearest}'?" : "")}"));
            else if (!values.TryAdd(part[..equals], part[(equals + 1)..]))
                problems.Add(ToolDiagnostics.BadBenchmark(text, $"'{part[..equals]}' is given twice"));
        }
        if (string.IsNullOrWhiteSpace(parts[0]))
            problems.Add(ToolDiagnostics.BadBenchmark(text, "the name in front is empty"));
        return new GatedBenchmark(parts[0])
        {
            Limit = Number("limit"),
            NumFewshot = WholeNumber("num-fewshot"),
            Metric = values.GetValueOrDefault("metric") is { Length: > 0 } metric ? metric : null,
            Criteria = new GateCriteria { MinScore = Number("min-score"), MaxRegression = Number("max-regression"), RequireImprovement = Flag("require-improvement") },
        };

        double? Number(string key)
        {
            if (!values.TryGetValue(key, out var value) || value.Length == 0)
                return null;
            if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number >= 0)
                return number;
            problems.Add(ToolDiagnostics.BadBenchmark(text, $"{key} '{value}' is not a number from 0"));
            return null;
        }

        int? WholeNumber(string key)
        {
            if (!values.TryGetValue(key, out var value) || value.Length == 0)
                return null;
            if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return number;
            problems.Add(ToolDiagnostics.BadBenchmark(text, $"{key} '{value}' is not a whole number from 0"));
            return null;
        }

        bool Flag(string key)
        {
            if (!values.TryGetValue(key, out var value) || value.Length == 0)
                return false;
            if (bool.TryParse(value, out var flag))
                return flag;
            problems.Add(ToolDiagnostics.BadBenchmark(text, $"{key} '{value}' is neither true nor false"));
            return false;
        }
    }

    [GeneratedRegex(@",(?=[A-Za-z-]+=)", RegexOptions.CultureInvariant)]
    private static partial Regex KeySeparator();
}
