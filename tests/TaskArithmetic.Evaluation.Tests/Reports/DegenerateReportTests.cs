using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.Evaluation.Gates;
using TaskArithmetic.Evaluation.Reports;
using TaskArithmetic.Evaluation.Tests.Gates;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Evaluation.Tests.Reports;

/// <summary>Every writer, with numbers that do not exist and with text that would act on whatever shows it.</summary>
[TestClass]
public sealed class DegenerateReportTests
{
    // A terminal escape, a bell, NUL, a mark that turns the reading direction, a C1 control, half a surrogate pair, a noncharacter.
    private const string Hostile = "a\u001b[31m\u0007\0\u202eb\u009b\ud800\uffff";

    private static readonly ReportContext Context = new(Hostile, Hostile, new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero), TimeSpan.Zero);

    [TestMethod]
    [DataRow(1, 0, 0)]
    [DataRow(1, 1, 0)]
    [DataRow(1, 0, 1)]
    [DataRow(2, 1, 1)]
    [DataRow(50, 0, 0)]
    public void No_number_that_does_not_exist_leaves_a_writer(int count, int wins, int losses)
    {
        var all = new GateCriteria { MinScore = 50, MaxRegression = 0, RequireImprovement = true };
        var clustered = GateTests.Request("one cluster", count, wins, losses, all);
        GateRequest[] requests =
        [
            GateTests.Request("plain", count, wins, losses, all),
            clustered with { Scores = clustered.Scores with { Clusters = new int[count], MergedQuality = new(null, null), BaseQuality = new(null, null) } },
            new(new("alone", "acc", null, new double[count]), new GateCriteria { MinScore = 50 }),
            GateTests.Request("scored", count, wins, losses, new()),
        ];

        foreach (var (name, text) in Written(Gate.Judge(requests, new GateOptions())))
        {
            foreach (var odd in (string[])["NaN", "Infinity", "∞"])
                Assert.DoesNotContain(odd, text, name);
        }
    }

    [TestMethod]
    public void Nothing_in_names_and_answers_acts_on_what_shows_a_report()
    {
        var report = Gate.Judge([GateTests.Request(Hostile, 30, 4, 2, new GateCriteria { MaxRegression = 2 })], new GateOptions());

        foreach (var (name, text) in Written(report))
        {
            Assert.Contains("\\u001b[31m\\u0007\\u0000\\u202eb\\u009b\\ud800\\uffff", text.Replace("\\\\", "\\", StringComparison.Ordinal).Replace("\\[", "[", StringComparison.Ordinal), name);
            Assert.DoesNotContain(c => (char.IsControl(c) && c is not ('\n' or '\r')) || char.IsSurrogate(c) || c is '\u202e' or '\uffff' or '\ufffd', text, name);
        }
    }

    [TestMethod]
    public void Result_files_hold_null_where_a_number_does_not_exist()
    {
        var line = new PythonDictionary([KeyValuePair.Create<PythonValue, PythonValue>("a", new PythonList([double.NaN, double.NegativeInfinity, 1.5, Hostile]))]);

        using var json = JsonDocument.Parse(Encoding.UTF8.GetBytes(PythonJson.Write(PythonJson.Finite(line))));

        var items = json.RootElement.GetProperty("a");
        Assert.AreEqual((JsonValueKind.Null, JsonValueKind.Null, 1.5), (items[0].ValueKind, items[1].ValueKind, items[2].GetDouble()));
    }

    private static IEnumerable<(string Name, string Text)> Written(GateReport report)
    {
        SampleComparison[] samples = [new(Hostile, "0", Hostile, Hostile, new(Hostile, Hostile, 0, Hostile), new(Hostile, Hostile, double.NaN))];
        var html = new StringWriter();
        HtmlComparison.Write(html, report, samples, Context);
        yield return ("HTML", html.ToString());
        yield return ("Markdown", MarkdownSummary.Create(report, Context));
        yield return ("JUnit", Saved(JUnitReport.Create(report, Context)));
        yield return ("TRX", Saved(TrxReport.Create(report, Context)));
    }

    private static string Saved(XDocument document)
    {
        using var folder = new TemporaryFolder();
        document.Save(folder["report.xml"]);
        _ = XDocument.Load(folder["report.xml"]);
        return File.ReadAllText(folder["report.xml"]);
    }
}
