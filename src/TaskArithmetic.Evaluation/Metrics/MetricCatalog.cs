using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Text.Python;
using TaskArithmetic.Text.RegularExpressions;

namespace TaskArithmetic.Evaluation.Metrics;

/// <summary>The metrics that task files can name, with the defaults of lm-evaluation-harness.</summary>
internal static class MetricCatalog
{
    /// <summary>The metric that runs programs; its score is named <c>pass@k</c>.</summary>
    public const string PassAtK = "pass_at_k";

    private static readonly MetricDefinition[] All =
    [
        new("exact_match", [OutputType.GenerateUntil, OutputType.MultipleChoice], MetricShape.Number, Aggregation.Mean, true),
        new(PassAtK, [OutputType.GenerateUntil], MetricShape.Number, Aggregation.Mean, true),
        new("acc", [OutputType.MultipleChoice, OutputType.Loglikelihood], MetricShape.Number, Aggregation.Mean, true),
        new("acc_norm", [OutputType.MultipleChoice], MetricShape.Number, Aggregation.Mean, true),
        new("acc_bytes", [OutputType.MultipleChoice], MetricShape.Number, Aggregation.Mean, true),
        new("acc_mutual_info", [OutputType.MultipleChoice], MetricShape.Number, Aggregation.Mean, true),
        new("brier_score", [OutputType.MultipleChoice], MetricShape.Probabilities, Aggregation.BrierScore, false),
        new("f1", [OutputType.MultipleChoice], MetricShape.Labels, Aggregation.F1, true),
        new("mcc", [OutputType.MultipleChoice], MetricShape.Labels, Aggregation.Mcc, true),
        new("perplexity", [OutputType.Loglikelihood], MetricShape.Number, Aggregation.Perplexity, false),
        new("word_perplexity", [OutputType.LoglikelihoodRolling], MetricShape.Weighted, Aggregation.WeightedPerplexity, false),
        new("byte_perplexity", [OutputType.LoglikelihoodRolling], MetricShape.Weighted, Aggregation.WeightedPerplexity, false),
        new("bits_per_byte", [OutputType.LoglikelihoodRolling], MetricShape.Weighted, Aggregation.BitsPerByte, false),
    ];

    private static readonly (string Name, Aggregation Aggregation, MetricShape Shape)[] Aggregations =
    [
        ("mean", Aggregation.Mean, MetricShape.Number), ("median", Aggregation.Median, MetricShape.Number),
        ("nanmean", Aggregation.NanMean, MetricShape.Number), ("perplexity", Aggregation.Perplexity, MetricShape.Number),
        ("weighted_perplexity", Aggregation.WeightedPerplexity, MetricShape.Weighted),
        ("bits_per_byte", Aggregation.BitsPerByte, MetricShape.Weighted),
        ("brier_score", Aggregation.BrierScore, MetricShape.Probabilities),
        ("f1", Aggregation.F1, MetricShape.Labels), ("mcc", Aggregation.Mcc, MetricShape.Labels),
    ];

    /// <summary>Reports what is wrong with a metric of a task file.</summary>
    public static void Check(MetricSettings metric, OutputType outputType, string place, List<Diagnostic> problems)
    {
        if (Find(metric.Metric) is not { } definition)
        {
            problems.Add(BenchmarkDiagnostics.UnknownMetric(place, metric.Metric, NearestName.Find(metric.Metric, All.Select(m => m.Name))));
            return;
        }
        if (!definition.Outputs.Contains(outputType))
        {
            problems.Add(BenchmarkDiagnostics.MetricNotForOutput(
                place, metric.Metric, OutputTypes.NameOf(outputType), All.Where(m => m.Outputs.Contains(outputType)).Select(m => m.Name)));
        }
        var usable = Aggregations.Where(a => a.Shape == definition.Shape).Select(a => a.Name).ToArray();
        if (metric.Aggregation is { } aggregation && !usable.Contains(aggregation))
            problems.Add(BenchmarkDiagnostics.WrongMetricOption(place, metric.Metric, "aggregation", string.Join(" or ", usable)));
        CheckOptions(metric, place, problems);
    }

    /// <summary>The metrics of a task that was checked before.</summary>
    public static IReadOnlyList<TaskMetric> For(BenchmarkTask task)
    {
        var settings = task.MetricList ?? [.. Defaults(task.OutputType).Select(name => new MetricSettings(name, null, null, new PythonDictionary()))];
        return [.. settings.DistinctBy(s => s.Metric).Select(s => (Settings: s, Definition: Find(s.Metric)!)).Select(m => new TaskMetric(
            m.Settings.Metric,
            m.Settings.Aggregation is { } name ? Aggregations.First(a => a.Name == name).Aggregation : m.Definition.Default,
            m.Settings.HigherIsBetter ?? m.Definition.HigherIsBetter,
            m.Settings.Options))];
    }

    /// <summary>Whether each item has a number from 0 to 1 of which more is better, as a gate needs it.</summary>
    public static bool IsPerItem(TaskMetric metric) =>
        metric.HigherIsBetter && Find(metric.Name) is { Shape: MetricShape.Number, Default: Aggregation.Mean };

    /// <summary>The k of <c>pass@k</c>, one or several.</summary>
    public static IReadOnlyList<int> PassCounts(TaskMetric metric) => metric.Options.Find("k") switch
    {
        PythonInteger k => [(int)k.Value],
        PythonList list => [.. list.Items.Select(i => (int)((PythonInteger)i).Value)],
        _ => [1],
    };

    private static MetricDefinition? Find(string name) => Array.Find(All, m => m.Name == name);

    private static string[] Defaults(OutputType type) => type switch
    {
        OutputType.GenerateUntil => ["exact_match"],
        OutputType.MultipleChoice => ["acc", "acc_norm"],
        OutputType.Loglikelihood => ["perplexity", "acc"],
        _ => ["word_perplexity", "byte_perplexity", "bits_per_byte"],
    };

    private static void CheckOptions(MetricSettings metric, string place, List<Diagnostic> problems)
    {
        string[] known = metric.Metric switch
        {
            "exact_match" => ["ignore_case", "ignore_punctuation", "ignore_numbers", "regexes_to_ignore"],
            PassAtK => ["k"],
            _ => [],
        };
        foreach (var (key, value) in metric.Options.Entries)
        {
            var name = key.ToString();
            if (!known.Contains(name))
                problems.Add(BenchmarkDiagnostics.UnknownKey(place, $"the metric {metric.Metric}", name, NearestName.Find(name, known)));
            else if (name == "k" && !IsCounts(value))
                problems.Add(BenchmarkDiagnostics.WrongMetricOption(place, metric.Metric, name, "a whole number above 0 or a list of them"));
            else if (name == "regexes_to_ignore")
                CheckPatterns(metric, value, place, problems);
            else if (name.StartsWith("ignore_", StringComparison.Ordinal) && value is not (PythonBoolean or PythonNone))
                problems.Add(BenchmarkDiagnostics.WrongMetricOption(place, metric.Metric, name, "true or false"));
        }
    }

    private static void CheckPatterns(MetricSettings metric, PythonValue value, string place, List<Diagnostic> problems)
    {
        if (value is not PythonList list || list.Items.Any(i => i is not PythonString))
        {
            if (value is not PythonNone)
                problems.Add(BenchmarkDiagnostics.WrongMetricOption(place, metric.Metric, "regexes_to_ignore", "a list of regular expressions"));
            return;
        }
        foreach (var pattern in list.Items)
        {
            try
            {
                _ = new PythonRegex(pattern.ToString());
            }
            catch (ArgumentException e)
            {
                problems.Add(BenchmarkDiagnostics.BadPattern(place, pattern.ToString(), e.Message));
            }
        }
    }

    private static bool IsCounts(PythonValue value) => value switch
    {
        PythonInteger { Value: var k } => k > 0 && k < 1_000_000,
        PythonList list => list.Items.Count > 0 && list.Items.All(i => i is PythonInteger && IsCounts(i)),
        _ => false,
    };
}
