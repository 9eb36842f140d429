using System.Text;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Gates;
using TaskArithmetic.Evaluation.Reports;
using TaskArithmetic.Evaluation.Running;

namespace TaskArithmetic.Tool.Evaluation;

/// <summary>Judges a model's results against what the benchmarks must show, and writes the reports.</summary>
internal sealed class ModelGate(EvaluationSettings settings, ModelEvaluation evaluation, ModelResults merged, ModelResults? baseline)
{
    private readonly List<SampleComparison> samples = [];

    /// <summary>Judges all benchmarks.</summary>
    /// <exception cref="DiagnosticException">TA4208: a requirement on a benchmark without a score it could look at.</exception>
    public GateReport Judge()
    {
        var requests = new List<GateRequest>();
        var problems = new List<Diagnostic>();
        foreach (var spec in settings.Benchmarks)
        {
            var results = evaluation.Select([spec.Benchmark]).Tasks
                .Select(t => merged.Find(t.Name, spec.Limit, spec.NumFewshot))
                .Where(r => r is { SkippedBecause: null })
                .ToList();
            if (results.Count == 0)
                continue;
            var pairs = results.Select(r => Pair(r!, spec)).ToList();
            if (pairs.All(p => p is not null))
                requests.Add(new GateRequest(Combine(spec.Benchmark, [.. pairs.Select(p => p!)]), spec.Criteria));
            else if (spec.IsGate)
                problems.Add(ToolDiagnostics.GateWithoutMetric(spec.Benchmark, spec.Metric));
        }
        return problems.Count == 0
            ? Gate.Judge(requests, new GateOptions { Inconclusive = settings.Inconclusive })
            : throw new DiagnosticException(problems);
    }

    /// <summary>Writes JUnit XML, TRX, Markdown and the page of samples, and appends to the summary of a GitHub job.</summary>
    public async Task<IReadOnlyList<string>> WriteAsync(GateReport report, CancellationToken cancellationToken)
    {
        var started = merged.Runs.Min(r => r.Started);
        var duration = merged.Runs.Concat(baseline?.Runs ?? []).Aggregate(TimeSpan.Zero, (sum, r) => sum + r.Duration);
        var context = new ReportContext(merged.Model, baseline?.Model, started, duration);
        Directory.CreateDirectory(settings.Output);
        string PathOf(string name) => Path.Combine(settings.Output, name);
        var files = new List<string> { PathOf("gate.junit.xml"), PathOf("gate.trx"), PathOf("gate.md") };
        JUnitReport.Create(report, context).Save(files[0]);
        TrxReport.Create(report, context).Save(files[1]);
        await File.WriteAllTextAsync(files[2], MarkdownSummary.Create(report, context), cancellationToken);
        if (samples.Count > 0)
        {
            files.Add(PathOf("gate.html"));
            await using var page = new StreamWriter(files[3], append: false, new UTF8Encoding(false));
            HtmlComparison.Write(page, report, samples, context);
        }
        if (Environment.GetEnvironmentVariable("GITHUB_STEP_SUMMARY") is { Length: > 0 } summary)
            await MarkdownSummary.AppendAsync(summary, report, context, cancellationToken);
        return files;
    }

    private PairedScores? Pair(TaskResult result, BenchmarkSpec spec)
    {
        var before = baseline?.Find(result.Task.Name, spec.Limit, spec.NumFewshot);
        var pair = TaskPairing.Pair(result, before, spec.Metric);
        if (pair is not null && before is not null)
            samples.AddRange(TaskPairing.Samples(result, before, pair.Metric));
        return pair;
    }

    /// <summary>A group is judged as one, its subtasks as clusters.</summary>
    private static PairedScores Combine(string benchmark, IReadOnlyList<PairedScores> pairs)
    {
        if (pairs.Count == 1)
            return pairs[0];
        return new PairedScores(
            benchmark,
            string.Join(" ", pairs.Select(p => p.Metric).Distinct()),
            pairs.Any(p => p.Base is null) ? null : [.. pairs.SelectMany(p => p.Base!)],
            [.. pairs.SelectMany(p => p.Merged)])
        {
            Clusters = [.. pairs.SelectMany((p, i) => Enumerable.Repeat(i, p.Merged.Count))],
            BaseQuality = Average(pairs, p => p.BaseQuality),
            MergedQuality = Average(pairs, p => p.MergedQuality),
        };
    }

    private static AnswerQuality? Average(IReadOnlyList<PairedScores> pairs, Func<PairedScores, AnswerQuality?> pick)
    {
        if (pairs.Any(p => pick(p) is null))
            return null;
        double total = pairs.Sum(p => p.Merged.Count);
        return new AnswerQuality(
            pairs.Sum(p => pick(p)!.TruncationRate * p.Merged.Count) / total,
            pairs.Sum(p => pick(p)!.UnparseableRate * p.Merged.Count) / total);
    }
}
