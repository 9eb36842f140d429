using System.Globalization;
using System.Text;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Gates;

namespace TaskArithmetic.Evaluation.Reports;

/// <summary>Gates as Markdown for a job summary.</summary>
internal static class MarkdownSummary
{
    public static string Create(GateReport report, ReportContext context)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"## {(report.Verdict is { } verdict ? $"{Word(verdict)}: benchmarks" : "Benchmarks")} of {Escape(context.MergedModel)}");
        text.Append(context.BaseModel is { } baseModel ? $" against {Escape(baseModel)}\n\n" : "\n\n");
        text.Append("| Benchmark | Metric | n | Base | Merged (bounds) | Difference (bounds) | Won / lost | p better | p worse | Smallest detectable | Truncated | Unparseable | Prompts cut | Verdict |\n");
        text.Append("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|\n");
        foreach (var result in report.Benchmarks)
            text.Append(Row(result));
        text.Append('\n');
        foreach (var (result, criterion) in report.Benchmarks.SelectMany(r => r.Criteria.Select(c => (r, c))))
            text.Append($"- **{Word(criterion.Verdict)}** {Escape(result.Scores.Benchmark)} {criterion.Criterion}: {Escape(criterion.Explanation)}\n");
        if (report.Verdict is null)
            text.Append("- No gate declared: nothing is demanded of these scores, so there is no verdict.\n");
        if (report.Pooled is { } pooled)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"- All benchmarks together: difference {Points(pooled.Difference.Difference)} pp (bounds {Points(pooled.Difference.Bounds.Lower)} to {Points(pooled.Difference.Bounds.Upper)}, n={pooled.Difference.Count}, won {pooled.Difference.Wins}, lost {pooled.Difference.Losses}, two-sided p={pooled.Test.TwoSided:G3})\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"\nScored in {context.Duration.TotalSeconds:0} s. p-values are Holm-corrected over the benchmarks; bounds are exact and one-sided.\n\n");
        return text.ToString();
    }

    /// <summary>Appends the text to a file such as the one <c>$GITHUB_STEP_SUMMARY</c> names.</summary>
    public static Task AppendAsync(string path, GateReport report, ReportContext context, CancellationToken cancellationToken) =>
        File.AppendAllTextAsync(path, Create(report, context), cancellationToken);

    private static string Row(BenchmarkGateResult result)
    {
        var comparison = result.Comparison;
        string[] cells =
        [
            Escape(result.Scores.Benchmark),
            Escape(result.Scores.Metric),
            result.MergedScore.Count.ToString(CultureInfo.InvariantCulture),
            comparison is null ? "–" : Percent(comparison.BaseScore.Mean),
            $"{Percent(result.MergedScore.Mean)} ({Percent(result.MergedScore.Bounds.Lower)} to {Percent(result.MergedScore.Bounds.Upper)})",
            comparison is null ? "–" : $"{Points(comparison.Difference.Difference)} ({Points(comparison.Difference.Bounds.Lower)} to {Points(comparison.Difference.Bounds.Upper)})",
            comparison is null ? "–" : string.Create(CultureInfo.InvariantCulture, $"{comparison.Difference.Wins} / {comparison.Difference.Losses}"),
            comparison is null ? "–" : comparison.AdjustedBetter.ToString("G3", CultureInfo.InvariantCulture),
            comparison is null ? "–" : comparison.AdjustedWorse.ToString("G3", CultureInfo.InvariantCulture),
            comparison is null ? "–" : comparison.SmallestDetectable is { } smallest ? Percent(smallest) : "none",
            Rates(result.Scores.BaseQuality?.TruncationRate, result.Scores.MergedQuality?.TruncationRate, Percent),
            Rates(result.Scores.BaseQuality?.UnparseableRate, result.Scores.MergedQuality?.UnparseableRate, Percent),
            Rates(result.Scores.BaseQuality?.CutPrompts, result.Scores.MergedQuality?.CutPrompts, Count),
            result.Verdict is { } verdict ? Word(verdict) : "–",
        ];
        return $"| {string.Join(" | ", cells)} |\n";
    }

    private static string Rates(double? before, double? after, Func<double, string> write) =>
        after is null ? "–" : before is null ? write(after.Value) : $"{write(before.Value)} → {write(after.Value)}";

    private static string Count(double count) => count.ToString("0", CultureInfo.InvariantCulture);

    private static string Word(GateVerdict verdict) => verdict.ToString().ToUpperInvariant();

    private static string Percent(double share) => !double.IsFinite(share) ? "–" : (100 * share).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Points(double share) => !double.IsFinite(share) ? "–" : (100 * share).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);

    /// <summary>Takes away what would end a table cell, start markup or be read as HTML.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in Printable.Of(text))
        {
            _ = c switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '|' or '*' or '_' or '`' or '[' or ']' or '\\' or '#' or '~' => escaped.Append('\\').Append(c),
                _ => escaped.Append(c),
            };
        }
        return escaped.ToString();
    }
}
