using System.Text;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Filters;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Metrics;

/// <summary>A metric that task files can name.</summary>
internal sealed record MetricDefinition(string Name, OutputType[] Outputs, Aggregation Default, params string[] Options)
{
    public bool HigherIsBetter => Default == Aggregation.Mean || Default.Shape == MetricShape.Labels;
}

/// <summary>A metric as one task uses it.</summary>
internal sealed record TaskMetric(string Name, Aggregation Aggregation, bool HigherIsBetter, PythonDictionary Options)
{
    public bool RunsPrograms => Name == MetricCatalog.PassAtK;

    /// <summary>The k of <c>pass@k</c>, one or several.</summary>
    public IReadOnlyList<int> PassCounts => Options.Find("k") switch
    {
        PythonInteger k => [(int)k.Value],
        PythonList list => [.. list.Items.Select(i => (int)((PythonInteger)i).Value)],
        _ => [1],
    };

    public IReadOnlyList<string> ScoreNames => RunsPrograms ? [.. PassCounts.Select(k => $"pass@{k}")] : [Name];
}

/// <summary>The metrics that task files can name, with the defaults of lm-evaluation-harness.</summary>
internal static class MetricCatalog
{
    /// <summary>The metric that runs programs; its score is named <c>pass@k</c>.</summary>
    public const string PassAtK = "pass_at_k";

    private const string AsciiPunctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    private static readonly MetricDefinition[] All =
    [
        new("exact_match", [OutputType.GenerateUntil, OutputType.MultipleChoice], Aggregation.Mean, [.. AnswerNormalization.Options, "ignore_numbers"]),
        new(PassAtK, [OutputType.GenerateUntil], Aggregation.Mean, "k"),
        new("acc", [OutputType.MultipleChoice, OutputType.Loglikelihood], Aggregation.Mean),
        new("acc_norm", [OutputType.MultipleChoice], Aggregation.Mean),
        new("acc_bytes", [OutputType.MultipleChoice], Aggregation.Mean),
        new("acc_mutual_info", [OutputType.MultipleChoice], Aggregation.Mean),
        new("brier_score", [OutputType.MultipleChoice], Aggregation.BrierScore),
        new("f1", [OutputType.MultipleChoice], Aggregation.F1),
        new("mcc", [OutputType.MultipleChoice], Aggregation.Mcc),
        new("perplexity", [OutputType.Loglikelihood], Aggregation.Perplexity),
        new("word_perplexity", [OutputType.LoglikelihoodRolling], Aggregation.WeightedPerplexity),
        new("byte_perplexity", [OutputType.LoglikelihoodRolling], Aggregation.WeightedPerplexity),
        new("bits_per_byte", [OutputType.LoglikelihoodRolling], Aggregation.BitsPerByte),
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
        var usable = Aggregation.All.Where(a => a.Shape == definition.Default.Shape).Select(a => a.Name).ToArray();
        if (metric.Aggregation is { } aggregation && !usable.Contains(aggregation))
            problems.Add(BenchmarkDiagnostics.WrongMetricOption(place, metric.Metric, "aggregation", string.Join(" or ", usable)));
        var options = Reader(metric.Metric, metric.Options, place, problems);
        options.Known(definition.Options);
        if (metric.Metric == "exact_match")
            _ = ExactMatch(options);
        else if (definition.Options is ["k"] && options.Value("k") is { } counts && !IsCounts(counts))
            options.Wrong("k", "a whole number above 0 or a list of them", 0);
    }

    /// <summary>The metrics of a task that was checked before.</summary>
    public static IReadOnlyList<TaskMetric> For(BenchmarkTask task)
    {
        var settings = task.MetricList ?? [.. Defaults(task.OutputType).Select(name => new MetricSettings(name, null, null, new PythonDictionary()))];
        return [.. settings.DistinctBy(s => s.Metric).Select(s => (Settings: s, Definition: Find(s.Metric)!)).Select(m => new TaskMetric(
            m.Settings.Metric,
            m.Settings.Aggregation is { } name ? Aggregation.All.First(a => a.Name == name) : m.Definition.Default,
            m.Settings.HigherIsBetter ?? m.Definition.HigherIsBetter,
            m.Settings.Options))];
    }

    /// <summary>Whether each item has a number from 0 to 1 of which more is better, as a gate needs it.</summary>
    public static bool IsPerItem(TaskMetric metric) => metric.HigherIsBetter && Find(metric.Name)?.Default == Aggregation.Mean;

    /// <summary>
    /// What <c>exact_match</c> removes from answer and reference before they must be equal: what the regular expressions match, then case, ASCII
    /// punctuation and digits if asked. Nothing is trimmed and no number is read.
    /// </summary>
    public static AnswerNormalization ExactMatch(TaskMetric metric) => ExactMatch(Reader(metric.Name, metric.Options, metric.Name, []));

    private static AnswerNormalization ExactMatch(OptionReader options)
    {
        var (punctuation, numbers) = (options.Flag("ignore_punctuation"), options.Flag("ignore_numbers"));
        return new(options.Patterns("regexes_to_ignore"), options.Flag("ignore_case"), punctuation || numbers ? Drops : null);

        bool Drops(Rune rune) => rune.IsAscii && ((punctuation && AsciiPunctuation.Contains((char)rune.Value)) || (numbers && char.IsAsciiDigit((char)rune.Value)));
    }

    private static OptionReader Reader(string metric, PythonDictionary options, string place, List<Diagnostic> problems) =>
        new(options, $"the metric {metric}", place, (name, expected) => BenchmarkDiagnostics.WrongMetricOption(place, metric, name, expected), problems);

    private static MetricDefinition? Find(string name) => Array.Find(All, m => m.Name == name);

    private static string[] Defaults(OutputType type) => type switch
    {
        OutputType.GenerateUntil => ["exact_match"],
        OutputType.MultipleChoice => ["acc", "acc_norm"],
        OutputType.Loglikelihood => ["perplexity", "acc"],
        _ => ["word_perplexity", "byte_perplexity", "bits_per_byte"],
    };

    private static bool IsCounts(PythonValue value) => value switch
    {
        PythonInteger { Value: var k } => k > 0 && k < 1_000_000,
        PythonList list => list.Items.Count > 0 && list.Items.All(i => i is PythonInteger && IsCounts(i)),
        _ => false,
    };
}
