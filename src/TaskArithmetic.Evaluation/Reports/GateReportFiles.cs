using System.Text;
using TaskArithmetic.Evaluation.Gates;
using TaskArithmetic.Evaluation.Results;

namespace TaskArithmetic.Evaluation.Reports;

/// <summary>The reports of a gate or comparison as files.</summary>
public static class GateReportFiles
{
    /// <summary>Writes <c>gate.junit.xml</c>, <c>gate.trx</c> and <c>gate.md</c>, and <c>gate.html</c> where two models were compared.</summary>
    /// <returns>The paths written.</returns>
    public static Task<IReadOnlyList<string>> WriteAsync(EvaluationReport report, string folder, CancellationToken cancellationToken)
    {
        var context = report.Context;
        using var writing = ResultFolder.Enter(folder, cancellationToken);
        List<string> files =
        [
            writing.Write("gate.junit.xml", JUnitReport.Create(report.Gate, context).Save),
            writing.Write("gate.trx", TrxReport.Create(report.Gate, context).Save),
            writing.Write("gate.md", file => file.Write(Encoding.UTF8.GetBytes(MarkdownSummary.Create(report.Gate, context)))),
        ];
        if (report.Samples.Count > 0)
            files.Add(writing.Write("gate.html", file => WritePage(file, report)));
        return Task.FromResult<IReadOnlyList<string>>(files);
    }

    private static void WritePage(Stream file, EvaluationReport report)
    {
        using var page = new StreamWriter(file, new UTF8Encoding(false), leaveOpen: true);
        HtmlComparison.Write(page, report.Gate, report.Samples, report.Context);
    }
}
