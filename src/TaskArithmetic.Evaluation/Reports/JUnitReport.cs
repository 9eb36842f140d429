using System.Globalization;
using System.Xml.Linq;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Gates;

namespace TaskArithmetic.Evaluation.Reports;

/// <summary>
/// Gates as JUnit XML, which every CI reads: one test for each requirement, with the scores as properties. An
/// inconclusive gate that does not block is "skipped", the only third state the format has, and so is a benchmark of which nothing is demanded.
/// </summary>
internal static class JUnitReport
{
    public static XDocument Create(GateReport report, ReportContext context)
    {
        var cases = GateTestCase.Of(report);
        var seconds = context.Duration.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        XAttribute[] counts =
        [
            new("tests", cases.Count),
            new("failures", cases.Count(c => c.Blocks)),
            new("errors", 0),
            new("skipped", cases.Count(c => IsSkipped(c))),
            new("time", seconds),
        ];
        return new XDocument(
            new XDeclaration("1.0", "utf-8", null),
            new XElement("testsuites", new XAttribute("name", "TaskArithmetic"), counts,
                new XElement("testsuite",
                    new XAttribute("name", Printable.Block(context.MergedModel)), counts,
                    new XAttribute("timestamp", context.Started.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)),
                    Properties([("merged_model", context.MergedModel), ("base_model", context.BaseModel ?? "")]),
                    cases.Select(TestCase))));
    }

    private static bool IsSkipped(GateTestCase test) => test is { Verdict: GateVerdict.Inconclusive or null, Blocks: false };

    private static XElement TestCase(GateTestCase test) => new("testcase",
        new XAttribute("classname", Printable.Block(test.Benchmark)),
        new XAttribute("name", test.Name),
        new XAttribute("time", "0"),
        Properties(test.Properties),
        test.Blocks
            ? new XElement("failure", new XAttribute("type", test.Verdict.ToString()!), new XAttribute("message", Printable.Block(test.Explanation)), Printable.Block(test.Explanation))
            : null,
        IsSkipped(test) ? new XElement("skipped", new XAttribute("message", Printable.Block(test.Verdict is null ? test.Explanation : $"inconclusive: {test.Explanation}"))) : null,
        new XElement("system-out", Printable.Block(test.Explanation)));

    private static XElement Properties(IEnumerable<(string Name, string Value)> properties) => new("properties",
        properties.Select(p => new XElement("property", new XAttribute("name", p.Name), new XAttribute("value", Printable.Block(p.Value)))));
}
