using System.Text.RegularExpressions;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Tests.Documentation;

namespace TaskArithmetic.Tests.Diagnostics;

[TestClass]
[RequiresRepository]
public sealed partial class DiagnosticsDocumentationTests
{
    [TestMethod]
    public void Every_code_in_the_sources_has_an_entry_in_the_documentation()
    {
        var entries = Entries();

        var missing = CodesInSources().Where(code => !entries.ContainsKey(code.Key)).Select(code => $"{code.Key} ({code.Value})").ToList();

        Assert.IsEmpty(missing, "docs/diagnostics.md lacks: " + string.Join(", ", missing));
    }

    [TestMethod]
    [RequiresRepository("src/TaskArithmetic.Build")]
    public void Every_entry_of_the_documentation_belongs_to_a_code_in_the_sources()
    {
        var codes = CodesInSources();

        var stale = Entries().Keys.Where(code => !codes.ContainsKey(code)).ToList();

        Assert.IsEmpty(stale, "docs/diagnostics.md describes codes that nothing uses: " + string.Join(", ", stale));
    }

    [TestMethod]
    public void Every_entry_says_its_severity_and_more_than_a_word()
    {
        var poor = Entries().Where(e => !SeverityFirst().IsMatch(e.Value) || e.Value.Length < 60).Select(e => e.Key).ToList();

        Assert.IsEmpty(poor, "entries without severity or explanation: " + string.Join(", ", poor));
    }

    [TestMethod]
    public void Every_link_to_a_code_leads_to_an_entry()
    {
        var entries = Entries();
        var dead = Repository.Pages()
            .SelectMany(page => LinkToCode().Matches(File.ReadAllText(page)).Select(m => m.Groups[1].Value.ToUpperInvariant()))
            .Distinct()
            .Where(code => !entries.ContainsKey(code))
            .ToList();

        Assert.IsEmpty(dead, "links to entries that do not exist: " + string.Join(", ", dead));
    }

    /// <summary>Codes as string literals, with the first file that holds each; comments name ranges and are not looked at.</summary>
    private static SortedDictionary<string, string> CodesInSources()
    {
        var codes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Repository.Sources("*.cs", "*.targets", "*.props"))
        {
            foreach (var line in File.ReadLines(file).Where(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal)))
            {
                foreach (Match match in CodeLiteral().Matches(line))
                    codes.TryAdd(match.Groups[1].Value, Path.GetFileName(file));
            }
        }
        Assert.IsGreaterThan(100, codes.Count);
        return codes;
    }

    private static SortedDictionary<string, string> Entries()
    {
        var text = File.ReadAllText(Repository.PathOf("docs", "diagnostics.md"));
        var entries = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (Match match in Entry().Matches(text))
            Assert.IsTrue(entries.TryAdd(match.Groups[1].Value, match.Groups[2].Value.Trim()), $"{match.Groups[1].Value} has two entries");
        return entries;
    }

    [GeneratedRegex("\"(TA[0-9]{4})\"")]
    private static partial Regex CodeLiteral();

    [GeneratedRegex(@"^### (TA[0-9]{4})\n(.+?)(?=^##|\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"^(Error|Warning)[.,]")]
    private static partial Regex SeverityFirst();

    [GeneratedRegex(@"#(ta[0-9]{4})\)")]
    private static partial Regex LinkToCode();
}
