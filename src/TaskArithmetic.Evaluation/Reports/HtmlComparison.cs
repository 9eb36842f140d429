using System.Globalization;
using System.Net;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Gates;

namespace TaskArithmetic.Evaluation.Reports;

/// <summary>
/// Base against merged, item by item, as one HTML file without any outside resource: won, lost and same items, with what
/// each model wrote and what was extracted from it.
/// </summary>
internal static class HtmlComparison
{
    public static void Write(TextWriter writer, GateReport report, IReadOnlyList<SampleComparison> samples, ReportContext context)
    {
        var page = EmbeddedText.Find("Reports.comparison.html")!.Split("<!-- content -->");
        writer.Write(page[0].Replace("<!-- title -->", $"{Text(context.MergedModel)}: {Word(report.Verdict)}", StringComparison.Ordinal).TrimStart());
        writer.Write($"<h1>{Text(context.MergedModel)} against {Text(context.BaseModel ?? "nothing")}: {Word(report.Verdict)}</h1>\n");
        WriteVerdicts(writer, report);
        var counts = samples.CountBy(Outcome).ToDictionary();
        writer.Write("<nav>");
        WriteButton(writer, "all", samples.Count, pressed: true);
        foreach (var outcome in (string[])["won", "lost", "same"])
            WriteButton(writer, outcome, counts.GetValueOrDefault(outcome), pressed: false);
        writer.Write("</nav>\n");
        foreach (var sample in samples)
            WriteSample(writer, sample);
        writer.Write(page[1]);
    }

    private static void WriteVerdicts(TextWriter writer, GateReport report)
    {
        writer.Write("<table>\n<tr><th>Benchmark</th><th>n</th><th>Base</th><th>Merged</th><th>Prompts cut</th><th>Verdict</th></tr>\n");
        foreach (var result in report.Benchmarks)
        {
            var why = string.Join("; ", result.Criteria.Select(c => $"{c.Criterion}: {c.Verdict}, {c.Explanation}"));
            writer.Write(
                $"<tr><td>{Text(result.Scores.Benchmark)} {Text(result.Scores.Metric)}</td><td>{Number(result.MergedScore.Count)}</td><td>{Percent(result.Comparison?.BaseScore.Mean)}</td><td>{Percent(result.MergedScore.Mean)}</td><td>{Cut(result.Scores)}</td><td>{Word(result.Verdict)} {Text(why)}</td></tr>\n");
        }
        writer.Write("</table>\n");
    }

    private static void WriteButton(TextWriter writer, string outcome, int count, bool pressed) =>
        writer.Write($"<button data-show=\"{outcome}\" aria-pressed=\"{(pressed ? "true" : "false")}\">{outcome} ({Number(count)})</button>");

    private static void WriteSample(TextWriter writer, SampleComparison sample)
    {
        var outcome = Outcome(sample);
        writer.Write($"<details class=\"item {outcome}\"><summary>{Text(sample.Benchmark)} {Text(sample.Item)}: {outcome}, {Number(sample.Base.Score)} → {Number(sample.Merged.Score)}</summary>\n");
        writer.Write($"<h4>Prompt</h4><pre>{Text(sample.Prompt)}</pre>\n<h4>Target</h4><pre>{Text(sample.Target)}</pre>\n<div class=\"pair\">");
        WriteAnswer(writer, "Base", sample.Base);
        WriteAnswer(writer, "Merged", sample.Merged);
        writer.Write("</div></details>\n");
    }

    private static void WriteAnswer(TextWriter writer, string name, SampleAnswer answer)
    {
        writer.Write($"<div><h4>{name}: {Number(answer.Score)}{(answer.Reason.Length > 0 ? ", " + Text(answer.Reason) : "")}</h4>");
        writer.Write($"<p>Extracted</p><pre>{Text(answer.Extracted)}</pre><p>Output</p><pre>{Text(answer.Output)}</pre></div>");
    }

    private static string Outcome(SampleComparison sample) => sample.Merged.Score.CompareTo(sample.Base.Score) switch
    {
        > 0 => "won",
        < 0 => "lost",
        _ => "same",
    };

    private static string Text(string text) => WebUtility.HtmlEncode(Printable.Block(text));

    private static string Word(GateVerdict? verdict) => verdict is null ? "no gate declared" : verdict.ToString()!.ToUpperInvariant();

    private static string Cut(PairedScores scores) =>
        scores.MergedQuality is not { } merged ? "–" : scores.BaseQuality is { } before ? $"{Number(before.CutPrompts)} → {Number(merged.CutPrompts)}" : Number(merged.CutPrompts);

    private static string Number(double value) => !double.IsFinite(value) ? "–" : value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Percent(double? share) => share is { } value ? (100 * value).ToString("0.0", CultureInfo.InvariantCulture) : "–";
}
