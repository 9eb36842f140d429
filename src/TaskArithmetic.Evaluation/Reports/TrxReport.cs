using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Gates;

namespace TaskArithmetic.Evaluation.Reports;

/// <summary>Gates as a Visual Studio test result file (TRX), one test for each requirement; it knows "inconclusive" by name.</summary>
internal static class TrxReport
{
    public static readonly XNamespace Namespace = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    // Fixed by the format: "unit test" and the list of results that are in no list.
    private const string UnitTestType = "13cdc9d9-ddb5-4fa4-a97d-d965ccfc6d4b";
    private const string NoList = "8c84fa94-04c1-424b-9868-57a2d4851a1d";

    public static XDocument Create(GateReport report, ReportContext context)
    {
        var cases = GateTestCase.Of(report);
        var start = Time(context.Started);
        var finish = Time(context.Started + context.Duration);
        return new XDocument(
            new XDeclaration("1.0", "utf-8", null),
            Element("TestRun",
                new XAttribute("id", Identifier("run", context.MergedModel, start)),
                new XAttribute("name", Printable.Block(context.MergedModel)),
                Element("Times", new XAttribute("creation", start), new XAttribute("queuing", start), new XAttribute("start", start), new XAttribute("finish", finish)),
                Element("Results", cases.Select((test, i) => Result(test, i, start, finish))),
                Element("TestDefinitions", cases.Select(Definition)),
                Element("TestEntries", cases.Select((test, i) => Element("TestEntry",
                    new XAttribute("testId", TestId(test, i)), new XAttribute("executionId", ExecutionId(test, i)), new XAttribute("testListId", NoList)))),
                Element("TestLists", Element("TestList", new XAttribute("name", "Results Not in a List"), new XAttribute("id", NoList))),
                Summary(cases, report)));
    }

    private static XElement Result(GateTestCase test, int index, string start, string finish) => Element("UnitTestResult",
        new XAttribute("executionId", ExecutionId(test, index)),
        new XAttribute("testId", TestId(test, index)),
        new XAttribute("testName", Name(test)),
        new XAttribute("computerName", Environment.MachineName),
        new XAttribute("duration", "00:00:00"),
        new XAttribute("startTime", start),
        new XAttribute("endTime", finish),
        new XAttribute("testType", UnitTestType),
        new XAttribute("outcome", Outcome(test)),
        new XAttribute("testListId", NoList),
        Element("Output",
            Element("StdOut", string.Join('\n', test.Properties.Select(p => Printable.Block($"{p.Name}: {p.Value}")))),
            test.Verdict == GateVerdict.Pass ? null : Element("ErrorInfo", Element("Message", Printable.Block(test.Explanation)))));

    private static XElement Definition(GateTestCase test, int index) => Element("UnitTest",
        new XAttribute("name", Name(test)),
        new XAttribute("storage", "taskarithmetic"),
        new XAttribute("id", TestId(test, index)),
        Element("Execution", new XAttribute("id", ExecutionId(test, index))),
        Element("TestMethod",
            new XAttribute("codeBase", "taskarithmetic"),
            new XAttribute("adapterTypeName", "executor://taskarithmetic/gate"),
            new XAttribute("className", Printable.Block(test.Benchmark)),
            new XAttribute("name", test.Name)));

    private static XElement Summary(IReadOnlyList<GateTestCase> cases, GateReport report) => Element("ResultSummary",
        new XAttribute("outcome", report.Blocks ? "Failed" : "Completed"),
        Element("Counters",
            new XAttribute("total", cases.Count),
            new XAttribute("executed", cases.Count(c => Outcome(c) != "NotExecuted")),
            new XAttribute("passed", cases.Count(c => Outcome(c) == "Passed")),
            new XAttribute("failed", cases.Count(c => Outcome(c) == "Failed")),
            new XAttribute("inconclusive", cases.Count(c => Outcome(c) == "Inconclusive")),
            new XAttribute("notExecuted", cases.Count(c => Outcome(c) == "NotExecuted"))));

    private static string Outcome(GateTestCase test) =>
        test.Blocks ? "Failed" : test.Verdict is null ? "NotExecuted" : test.Verdict == GateVerdict.Inconclusive ? "Inconclusive" : "Passed";

    private static string Name(GateTestCase test) => Printable.Block($"{test.Benchmark}.{test.Name}");

    private static string TestId(GateTestCase test, int index) => Identifier("test", index.ToString(CultureInfo.InvariantCulture), Name(test));

    private static string ExecutionId(GateTestCase test, int index) => Identifier("execution", index.ToString(CultureInfo.InvariantCulture), Name(test));

    // From the names, so that the same test has the same id in every run and viewers can follow it.
    private static string Identifier(params string[] parts) =>
        new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))).AsSpan(0, 16)).ToString();

    private static string Time(DateTimeOffset time) => time.ToString("o", CultureInfo.InvariantCulture);

    private static XElement Element(string name, params object?[] content) => new(Namespace + name, content);
}
