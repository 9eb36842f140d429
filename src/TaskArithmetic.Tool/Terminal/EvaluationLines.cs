using System.Diagnostics;
using System.Globalization;
using TaskArithmetic.Evaluation.Running;

namespace TaskArithmetic.Tool.Terminal;

/// <summary>Progress of a benchmark run for logs: a line now and then, with running scores and the time left.</summary>
internal sealed class EvaluationLines(string description, Action<string> log) : IProgress<RunProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Stopwatch sinceLine = Stopwatch.StartNew();

    /// <inheritdoc/>
    public void Report(RunProgress value)
    {
        if (sinceLine.Elapsed < Pause)
            return;
        sinceLine.Restart();
        var left = value.Remaining is { } remaining ? string.Create(CultureInfo.InvariantCulture, $", {remaining.TotalSeconds:0} s left") : "";
        log($"{description}: {value.Completed} of {value.Total} requests{left} {Scores(value)}".TrimEnd());
    }

    /// <summary>The scores so far, of the first few tasks.</summary>
    public static string Scores(RunProgress progress) => string.Join(", ", progress.Scores.Take(3)
        .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Task} {s.Metric} {s.Value:0.000} (n={s.Documents})")));
}
