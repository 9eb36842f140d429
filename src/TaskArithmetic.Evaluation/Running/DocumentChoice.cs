using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Benchmarks;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Running;

/// <summary>Chooses which documents of a task are evaluated.</summary>
internal static class DocumentChoice
{
    /// <summary>
    /// The first so many, or the explicit samples. Samples are visited in the order of the file whatever the order given, and
    /// numbered in the order given: lm-evaluation-harness does so, which mislabels an unsorted list.
    /// </summary>
    public static IReadOnlyList<EvaluationDocument> Choose(
        string task, IReadOnlyList<PythonDictionary> rows, BenchmarkRunOptions options, List<Diagnostic> problems)
    {
        if (options.Samples?.GetValueOrDefault(task) is { } samples)
        {
            problems.AddRange(samples.Where(i => i < 0 || i >= rows.Count).Select(i => BenchmarkDiagnostics.SampleOutOfRange(task, i, rows.Count)));
            return [.. samples.Where(i => i >= 0 && i < rows.Count).Order().Select((row, i) => new EvaluationDocument(row, samples[i], rows[row]))];
        }
        return [.. rows.Take(Count(options.Limit, rows.Count)).Select((row, i) => new EvaluationDocument(i, i, row))];
    }

    /// <summary>Reports limits and samples that cannot be met whatever the data.</summary>
    public static void Check(BenchmarkRunOptions options, BenchmarkSelection selection, List<Diagnostic> problems)
    {
        if (options.Limit is { } limit && (limit <= 0 || !double.IsFinite(limit)))
            problems.Add(BenchmarkDiagnostics.LimitInvalid(limit));
        if (options.Samples is null)
            return;
        if (options.Limit is not null)
            problems.Add(BenchmarkDiagnostics.LimitWithSamples());
        problems.AddRange(options.Samples.Where(s => s.Value.Count == 0).Select(s => BenchmarkDiagnostics.NoSamples(s.Key)));
        foreach (var (task, rows) in options.Samples)
        {
            if (rows.CountBy(r => r).Where(r => r.Value > 1).Select(r => r.Key).Order().ToList() is { Count: > 0 } twice)
                problems.Add(BenchmarkDiagnostics.SamplesTwice(task, twice));
        }
        var names = selection.Tasks.Select(t => t.Name).ToArray();
        problems.AddRange(options.Samples.Keys.Where(n => !names.Contains(n)).Select(n => BenchmarkDiagnostics.SamplesForUnknownTask(n, NearestName.Find(n, names))));
    }

    private static int Count(double? limit, int rows) => limit switch
    {
        null => rows,
        < 1 => (int)Math.Ceiling(limit.Value * rows),
        _ => (int)Math.Min(limit.Value, rows),
    };
}
