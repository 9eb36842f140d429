using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Evaluation.Gates;
using TaskArithmetic.Evaluation.Reports;
using TaskArithmetic.Evaluation.Tests.Gates;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Evaluation.Tests.Reports;

[TestClass]
public sealed partial class ReportTests
{
    // A name with everything that XML, HTML and Markdown could trip over, a control character included.
    private const string OddName = "own <b>&\"'|\u0001 task";

    private static readonly ReportContext Context = new(
        "merged <&> model", "base", new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero), TimeSpan.FromSeconds(12.5));

    [TestMethod]
    [DataRow(InconclusivePolicy.Warn, 1, 2)]
    [DataRow(InconclusivePolicy.Fail, 2, 1)]
    public void JUnit_has_one_test_for_each_requirement_with_its_numbers(InconclusivePolicy policy, int failures, int skipped)
    {
        var document = Reread(JUnitReport.Create(Report(policy), Context));

        var suite = document.Root!.Element("testsuite")!;
        Assert.AreEqual(("4", failures.ToString(CultureInfo.InvariantCulture), skipped.ToString(CultureInfo.InvariantCulture), "12.5"),
            (suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value, suite.Attribute("skipped")!.Value, suite.Attribute("time")!.Value));
        Assert.AreEqual("2026-03-04T05:06:07", suite.Attribute("timestamp")!.Value);
        var tests = suite.Elements("testcase").ToList();
        CollectionAssert.AreEqual(
            new[] { "gsm8k MaxRegression", "gsm8k MinScore", "own <b>&\"'|\\u0001 task MaxRegression", "sciq Scored" },
            tests.Select(t => $"{t.Attribute("classname")!.Value} {t.Attribute("name")!.Value}").Order(StringComparer.Ordinal).ToArray());
        Assert.AreEqual(failures, tests.Count(t => t.Element("failure") is not null));
        Assert.AreEqual(skipped, tests.Count(t => t.Element("skipped") is not null));
        var properties = tests[0].Element("properties")!.Elements().ToDictionary(p => p.Attribute("name")!.Value, p => p.Attribute("value")!.Value);
        Assert.AreEqual(("200", "0.475", "0.525", "-0.05", "4", "14"), (properties["n"], properties["merged"], properties["base"], properties["difference"], properties["won"], properties["lost"]));
        StringAssert.Contains(tests.Single(t => t.Element("failure")?.Attribute("type")?.Value == "Fail").Element("failure")!.Value, "required 90 %");
    }

    [TestMethod]
    public void Trx_names_all_three_outcomes_and_its_parts_refer_to_each_other()
    {
        var document = Reread(TrxReport.Create(Report(InconclusivePolicy.Warn), Context));

        var ns = TrxReport.Namespace;
        var results = document.Root!.Element(ns + "Results")!.Elements().ToList();
        CollectionAssert.AreEquivalent(new[] { "Passed", "NotExecuted", "Failed", "Inconclusive" }, results.Select(r => r.Attribute("outcome")!.Value).ToArray());
        var counters = document.Descendants(ns + "Counters").Single();
        Assert.AreEqual(("4", "1", "1", "1"), (counters.Attribute("total")!.Value, counters.Attribute("passed")!.Value, counters.Attribute("failed")!.Value, counters.Attribute("inconclusive")!.Value));
        Assert.AreEqual("Failed", document.Descendants(ns + "ResultSummary").Single().Attribute("outcome")!.Value);
        var ids = results.Select(r => r.Attribute("testId")!.Value).ToArray();
        Assert.HasCount(4, ids.Distinct().ToList());
        CollectionAssert.AreEqual(ids, document.Descendants(ns + "UnitTest").Select(t => t.Attribute("id")!.Value).ToArray());
        CollectionAssert.AreEqual(ids, document.Descendants(ns + "TestEntry").Select(t => t.Attribute("testId")!.Value).ToArray());
        Assert.AreEqual("2026-03-04T05:06:19.5000000+00:00", document.Descendants(ns + "Times").Single().Attribute("finish")!.Value);
    }

    [TestMethod]
    public void Trx_ids_stay_the_same_from_run_to_run()
    {
        string[] Ids() => [.. TrxReport.Create(Report(InconclusivePolicy.Warn), Context).Descendants(TrxReport.Namespace + "UnitTest").Select(t => t.Attribute("id")!.Value)];

        CollectionAssert.AreEqual(Ids(), Ids());
    }

    [TestMethod]
    public async Task The_Markdown_summary_is_appended_and_every_row_keeps_its_columns()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["summary.md"], "before\n");

        await MarkdownSummary.AppendAsync(folder["summary.md"], Report(InconclusivePolicy.Warn), Context, CancellationToken.None);

        var lines = await File.ReadAllLinesAsync(folder["summary.md"]);
        Assert.AreEqual("before", lines[0]);
        Assert.AreEqual("## FAIL: benchmarks of merged &lt;&amp;&gt; model against base", lines[1]);
        var rows = lines.Where(l => l.StartsWith('|')).ToList();
        Assert.HasCount(5, rows);
        foreach (var row in rows)
            Assert.HasCount(16, UnescapedBar().Split(row), row);
        StringAssert.StartsWith(rows[2], "| gsm8k | exact\\_match | 200 | 52.5 | 47.5 (41.5 to 53.6) | -5.0 (");
        StringAssert.Contains(rows[2], "| 4 / 14 | ");
        StringAssert.Contains(rows[2], "| 1.0 → 2.0 | 3.0 → 4.0 | 0 → 0 | FAIL |");
        Assert.Contains(l => l.StartsWith("- All benchmarks together: difference", StringComparison.Ordinal), lines);
        Assert.DoesNotContain("<b>", string.Join('\n', lines));
    }

    [TestMethod]
    public void The_HTML_comparison_stands_alone_sorts_items_and_shows_model_text_as_text()
    {
        SampleComparison[] samples =
        [
            new("gsm8k", "0", "Q?", "18", new("</pre><script>alert(1)</script>", "1", 0, "truncated"), new("it is 18", "18", 1)),
            new("gsm8k", "1", "Q?", "3", new("3", "3", 1), new("4 & 5", "4", 0)),
            new("gsm8k", "2", "Q?", "3", new("3", "3", 1), new("3", "3", 1)),
        ];
        var writer = new StringWriter();

        HtmlComparison.Write(writer, Report(InconclusivePolicy.Warn), samples, Context);

        var html = writer.ToString();
        CollectionAssert.AreEqual(new[] { "won", "lost", "same" }, ItemClass().Matches(html).Select(m => m.Groups[1].Value).ToArray());
        foreach (var button in (string[])["all (3)", "won (1)", "lost (1)", "same (1)"])
            StringAssert.Contains(html, $">{button}</button>");
        StringAssert.Contains(html, "&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
        StringAssert.Contains(html, "4 &amp; 5");
        StringAssert.Contains(html, "truncated");
        Assert.HasCount(1, Regex.Matches(html, "<script"));
        Assert.DoesNotContain("http://", html);
        Assert.DoesNotContain("https://", html);
        Assert.DoesNotContain("<b>", html);
    }

    private static GateReport Report(InconclusivePolicy policy)
    {
        var gsm8k = GateTests.Request("gsm8k", 200, 4, 14, new GateCriteria { MinScore = 90, MaxRegression = 12 });
        gsm8k = gsm8k with { Scores = gsm8k.Scores with { BaseQuality = new(0.01, 0.03), MergedQuality = new(0.02, 0.04) } };
        return Gate.Judge(
            [gsm8k, GateTests.Request(OddName, 50, 4, 6, new GateCriteria { MaxRegression = 2 }), new(new("sciq", "acc", null, [1, 0]), new GateCriteria())],
            new GateOptions { Inconclusive = policy });
    }

    /// <summary>Through text and a parser, as a CI reads it.</summary>
    private static XDocument Reread(XDocument document)
    {
        using var folder = new TemporaryFolder();
        document.Save(folder["report.xml"]);
        return XDocument.Load(folder["report.xml"]);
    }

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex UnescapedBar();

    [GeneratedRegex("<details class=\"item (\\w+)\">")]
    private static partial Regex ItemClass();
}
