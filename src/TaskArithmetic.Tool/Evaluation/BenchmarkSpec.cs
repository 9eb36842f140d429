using System.Globalization;
using System.Text.RegularExpressions;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Gates;

namespace TaskArithmetic.Tool.Evaluation;

/// <summary>One benchmark of a call and what it must show.</summary>
/// <param name="Benchmark">Name, or YAML file.</param>
/// <param name="Limit">First documents to take: a number from 1, or a share below 1; null takes all.</param>
/// <param name="NumFewshot">Shots; null leaves the task's own.</param>
/// <param name="Metric">Metric, or <c>metric,filter</c>, that the gate looks at; null takes the primary one.</param>
/// <param name="Criteria">What it must show.</param>
internal sealed partial record BenchmarkSpec(string Benchmark, double? Limit, int? NumFewshot, string? Metric, GateCriteria Criteria)
{
    private static readonly string[] Keys = ["limit", "num-fewshot", "min-score", "max-regression", "require-improvement", "metric"];

    /// <summary>Whether anything is demanded.</summary>
    public bool IsGate => Criteria.MinScore is not null || Criteria.MaxRegression is not null || Criteria.RequireImprovement;

    /// <summary>Whether what is demanded needs the base model's scores.</summary>
    public bool NeedsBaseline => Criteria.MaxRegression is not null || Criteria.RequireImprovement;

    /// <summary>
    /// Reads <c>NAME|FILE[,limit=N][,num-fewshot=N][,min-score=X][,max-regression=PP][,require-improvement=true][,metric=NAME]</c>.
    /// </summary>
    /// <exception cref="DiagnosticException">TA2024: every part that is wrong, at once.</exception>
    public static BenchmarkSpec Parse(string text)
    {
        var parts = KeySeparator().Split(text);
        var problems = new List<Diagnostic>();
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
        var spec = new BenchmarkSpec(
            parts[0],
            Number("limit"),
            (int?)Number("num-fewshot"),
            values.GetValueOrDefault("metric"),
            new GateCriteria { MinScore = Number("min-score"), MaxRegression = Number("max-regression"), RequireImprovement = Flag("require-improvement") });
        return problems.Count == 0 ? spec : throw new DiagnosticException(problems);

        double? Number(string key)
        {
            if (!values.TryGetValue(key, out var value) || value.Length == 0)
                return null;
            if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number >= 0)
                return number;
            problems.Add(ToolDiagnostics.BadBenchmark(text, $"{key} '{value}' is not a number from 0"));
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
