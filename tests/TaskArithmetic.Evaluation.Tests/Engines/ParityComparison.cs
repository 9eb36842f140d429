using System.Globalization;
using System.Text.RegularExpressions;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.Evaluation.Results;
using TaskArithmetic.Evaluation.Running;
using TaskArithmetic.Evaluation.Tests.Running;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Tests.Engines;

/// <summary>
/// Holds a run of the embedded engine against the recorded one, item by item, with the tolerances of the golden folder's
/// README: texts must be equal save where the two best logits were closer than float32 noise, log-likelihoods equal to
/// float32 noise, everything derived from them exactly equal.
/// </summary>
internal sealed partial class ParityComparison(GoldenRun golden, BenchmarkRunResult run)
{
    private const double RelativeTolerance = 1e-5;
    private const double Exact = 1e-12;

    private static readonly string[] ExactKeys = ["doc_id", "target", "filter", "metrics", "doc_hash", "prompt_hash", "target_hash"];

    private readonly HashSet<(string Task, int Line)> legitimatelyOther = [];

    private bool IsSmol => golden.ModelName == ParityModel.SmolName;

    /// <summary>Measured noise of the difference of two logits.</summary>
    private double MarginNoise => IsSmol ? 2e-3 : 5e-4;

    private double LogProbabilityNoise => IsSmol ? 5e-3 : 1e-3;

    public List<string> Mismatches { get; } = [];

    /// <summary>Documents compared.</summary>
    public int Documents { get; private set; }

    /// <summary>Documents whose text took another path at a near tie.</summary>
    public int NearTies { get; private set; }

    public ParityComparison Compare()
    {
        foreach (var (task, lines) in golden.Samples())
            CompareTask(run.Tasks.Single(t => t.Task.Name == task), lines);
        CompareAggregates();
        return this;
    }

    private void CompareTask(TaskResult result, PythonDictionary[] expected)
    {
        var actual = SampleLines.Of(result).ToArray();
        if (actual.Length != expected.Length)
        {
            Mismatches.Add($"{golden.Id}/{result.Task.Name}: {actual.Length} lines instead of {expected.Length}");
            return;
        }
        var documents = result.Documents.Count;
        for (var i = 0; i < actual.Length; i++)
        {
            var place = $"{golden.Id}/{result.Task.Name}, line {i + 1}";
            foreach (var key in ExactKeys)
                CompareText(place, key, expected[i], actual[i]);
            // Tokens stand on the lines of the first filter only.
            if (i < documents)
                CompareTokens(place, result, i, expected[i]);
            if (legitimatelyOther.Contains((result.Task.Name, i % documents)))
                continue;
            if (result.Task.OutputType == OutputType.GenerateUntil)
                CompareAnswers(place, expected[i], actual[i]);
            else
                CompareScores(place, result.Task.Name, i, expected[i], actual[i]);
        }
        Documents += documents;
    }

    private void CompareTokens(string place, TaskResult result, int index, PythonDictionary line)
    {
        if (line.Find("extra") is not PythonDictionary extra)
            return;
        var answers = result.Documents[index].Answers;
        if (answers[0][0].Generation is { } generation)
        {
            Require(place, "prompt_tokens", Int(extra, "prompt_tokens"), generation.PromptTokens);
            Require(place, "input_tokens", Int(extra, "input_tokens"), generation.InputTokens);
            ComparePath(place, result.Task.Name, index, Ints(extra.Find("generated_ids")!), generation.TokenIds!, extra);
            return;
        }
        var scores = answers.Select(a => a[0].Loglikelihood!).ToArray();
        Require(place, "context_tokens", string.Join(' ', Ints(extra.Find("context_tokens")!)), string.Join(' ', scores.Select(s => s.ContextTokens)));
        Require(place, "dropped_tokens", string.Join(' ', Ints(extra.Find("dropped_tokens")!)), string.Join(' ', scores.Select(s => s.DroppedTokens)));
        Require(
            place, "continuation_ids",
            string.Join(" | ", ((PythonList)extra.Find("continuation_ids")!).Items.Select(c => string.Join(' ', Ints(c)))),
            string.Join(" | ", scores.Select(s => string.Join(' ', s.ContinuationIds!))));
    }

    private void ComparePath(string place, string task, int index, int[] expected, IReadOnlyList<int> actual, PythonDictionary extra)
    {
        if (actual.SequenceEqual(expected))
            return;
        var same = expected.Zip(actual).TakeWhile(p => p.First == p.Second).Count();
        // With a repetition penalty the recorded margin is of the logits before it, and says nothing about a tie.
        if (golden.Options.GenerationOverrides.Find("repetition_penalty") is null && Number(extra, "min_margin") <= MarginNoise && same >= Int(extra, "min_margin_step"))
        {
            legitimatelyOther.Add((task, index));
            NearTies++;
            return;
        }
        Mismatches.Add($"{place}: ids differ from step {same} on (least margin {Number(extra, "min_margin")} at step {Int(extra, "min_margin_step")}): [{string.Join(' ', actual.Skip(same).Take(8))} …] instead of [{string.Join(' ', expected.Skip(same).Take(8))} …]");
    }

    private void CompareAnswers(string place, PythonDictionary expected, PythonDictionary actual)
    {
        foreach (var key in ((string[])["resps", "filtered_resps"]).Concat(Metrics(expected)))
            CompareText(place, key, expected, actual);
    }

    private void CompareScores(string place, string task, int index, PythonDictionary expected, PythonDictionary actual)
    {
        foreach (var key in (string[])["resps", "filtered_resps"])
            CompareNumbers(place, key, expected, actual, LogProbabilityNoise, RelativeTolerance);
        var tie = expected.Find("extra") is PythonDictionary extra && extra.Find("best_minus_second") is not null && Number(extra, "best_minus_second") < 2 * LogProbabilityNoise;
        foreach (var metric in Metrics(expected))
        {
            if (!IsVerdict(metric))
                CompareNumbers(place, metric, expected, actual, LogProbabilityNoise, RelativeTolerance);
            else if (!tie)
                CompareText(place, metric, expected, actual);
            else if (Text(expected, metric) != Text(actual, metric))
                legitimatelyOther.Add((task, index));
        }
    }

    private void CompareAggregates()
    {
        var actual = ResultsDocument.Of(run, new ModelFacts(golden.ModelName));
        foreach (var section in (string[])["results", "groups"])
        {
            if (golden.Results.Find(section) is not PythonDictionary scores)
                continue;
            foreach (var (name, entry) in scores.Entries)
            {
                var isTask = run.Tasks.Any(t => t.Task.Name == name.ToString());
                // A group's score moves with any of its tasks.
                if (isTask ? legitimatelyOther.Any(o => o.Task == name.ToString()) : legitimatelyOther.Count > 0)
                    continue;
                var found = (actual.Find(section) as PythonDictionary)?.Find(name.ToString()) as PythonDictionary ?? new PythonDictionary();
                foreach (var (key, _) in ((PythonDictionary)entry).Entries)
                    CompareAggregate($"{golden.Id}/{section}/{name}", key.ToString(), (PythonDictionary)entry, found);
            }
        }
    }

    private void CompareAggregate(string place, string key, PythonDictionary expected, PythonDictionary actual)
    {
        // A perplexity is the exponential of a mean of log-likelihoods, its standard error a bootstrap.
        var isExact = IsVerdict(key) || key.StartsWith("pass@", StringComparison.Ordinal) || !key.Contains(',', StringComparison.Ordinal);
        var relative = isExact ? Exact : key.Contains("_stderr", StringComparison.Ordinal) ? 0.05 : 2 * LogProbabilityNoise;
        CompareNumbers(place, key, expected, actual, isExact ? Exact : 0, relative);
    }

    private static bool IsVerdict(string metric) => metric.StartsWith("acc", StringComparison.Ordinal) || metric.StartsWith("exact_match", StringComparison.Ordinal);

    private void CompareText(string place, string key, PythonDictionary expected, PythonDictionary actual) => Require(place, key, Text(expected, key), Text(actual, key));

    /// <summary>Compares values that are alike but for the numbers in them, which may differ by noise.</summary>
    private void CompareNumbers(string place, string key, PythonDictionary expected, PythonDictionary actual, double absolute, double relative)
    {
        var (wanted, found) = (Text(expected, key), Text(actual, key));
        var (wantedNumbers, foundNumbers) = (Numbers(wanted), Numbers(found));
        var isAlike = Skeleton(wanted) == Skeleton(found) && wantedNumbers.Length == foundNumbers.Length
            && wantedNumbers.Zip(foundNumbers).All(p => Math.Abs(p.First - p.Second) <= absolute + relative * Math.Abs(p.First));
        if (!isAlike)
            Mismatches.Add($"{place}: {key} is {found} instead of {wanted}");
    }

    private void Require<T>(string place, string what, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            Mismatches.Add($"{place}: {what} is {actual} instead of {expected}");
    }

    private static IEnumerable<string> Metrics(PythonDictionary line) => ((PythonList)line.Find("metrics")!).Items.Select(m => m.ToString());

    private static string Text(PythonDictionary line, string key) => line.Find(key) is { } value ? PythonJson.Write(value) : "nothing";

    private static int Int(PythonDictionary line, string key) => (int)Number(line, key);

    private static double Number(PythonDictionary line, string key) => double.Parse(Text(line, key), CultureInfo.InvariantCulture);

    private static int[] Ints(PythonValue list) => [.. ((PythonList)list).Items.Select(i => (int)((PythonInteger)i).Value)];

    private static double[] Numbers(string text) => [.. NumberPattern().Matches(text).Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture))];

    private static string Skeleton(string text) => SpacePattern().Replace(NumberPattern().Replace(text, "#"), "");

    [GeneratedRegex(@"-?\d+(\.\d*)?(e[-+]?\d+)?", RegexOptions.CultureInvariant)]
    private static partial Regex NumberPattern();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex SpacePattern();
}
