using System.Text;
using TaskArithmetic.Evaluation.Gates;

namespace TaskArithmetic.Evaluation.Reports;

/// <summary>The reports of a gate or comparison as files.</summary>
public static class GateReportFiles
{
    /// <summary>Writes <c>gate.junit.xml</c>, <c>gate.trx</c> and <c>gate.md</c>, and <c>gate.html</c> where two models were compared.</summary>
    /// <param name="report">What was judged.</param>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <returns>The paths written.</returns>
    public static async Task<IReadOnlyList<string>> WriteAsync(EvaluationReport report, string folder, CancellationToken cancellationToken)
    {
        var context = report.Context;
        Directory.CreateDirectory(folder);
        List<string> files = [Path.Combine(folder, "gate.junit.xml"), Path.Combine(folder, "gate.trx"), Path.Combine(folder, "gate.md")];
        JUnitReport.Create(report.Gate, context).Save(files[0]);
        TrxReport.Create(report.Gate, context).Save(files[1]);
        await File.WriteAllTextAsync(files[2], MarkdownSummary.Create(report.Gate, context), cancellationToken).ConfigureAwait(false);
        if (report.Samples.Count == 0)
            return files;
        files.Add(Path.Combine(folder, "gate.html"));
        await using var page = new StreamWriter(files[3], append: false, new UTF8Encoding(false));
        HtmlComparison.Write(page, report.Gate, report.Samples, context);
        return files;
    }
}
