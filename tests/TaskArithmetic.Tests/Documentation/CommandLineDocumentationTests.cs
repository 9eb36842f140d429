using System.Text.RegularExpressions;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.Tests.Documentation;

[TestClass]
[RequiresRepository]
public sealed partial class CommandLineDocumentationTests
{
    private static readonly Lazy<SortedDictionary<string, IReadOnlySet<string>>> Help = new(ToolHelp.Read);

    [TestMethod]
    public void Every_command_in_the_documentation_exists_with_the_options_it_is_shown_with()
    {
        var wrong = new List<string>();
        var commands = Repository.Pages().SelectMany(page => Commands(page).Select(text => (Page: Path.GetFileName(page), Text: text))).ToList();
        foreach (var (page, text) in commands)
        {
            var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var nested = string.Join(' ', words.Take(2));
            var verb = Help.Value.ContainsKey(nested) ? nested : words[0];
            if (!Help.Value.TryGetValue(verb, out var options))
                wrong.Add($"{page}: there is no verb '{verb}'");
            else
                wrong.AddRange(Option().Matches(text).Select(m => m.Value).Where(o => !options.Contains(o)).Select(o => $"{page}: '{verb}' has no option {o}"));
        }
        Assert.IsGreaterThan(10, commands.Count);
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    public void Every_option_in_the_documentation_is_one_of_the_tool()
    {
        // Of other programs: dotnet run, dotnet test, dotnet publish, dotnet nuget, lm-evaluation-harness.
        string[] foreign = ["--project", "--filter", "--no-build", "--name", "--include_path"];
        var known = Help.Value.Values.SelectMany(o => o).Concat(foreign).ToHashSet(StringComparer.Ordinal);

        var wrong = Repository.Pages()
            .SelectMany(page => Option().Matches(File.ReadAllText(page)).Select(m => (Page: Path.GetFileName(page), Option: m.Value)))
            .Where(o => !known.Contains(o.Option))
            .Select(o => $"{o.Page}: {o.Option}")
            .Distinct()
            .ToList();

        Assert.IsEmpty(wrong, "options that the tool does not have: " + string.Join(", ", wrong));
    }

    [TestMethod]
    public void Every_verb_and_option_of_the_tool_is_documented()
    {
        var text = string.Concat(Repository.Pages().Select(File.ReadAllText));

        var missing = Help.Value.SelectMany(v => v.Value.Append(v.Key))
            .Where(word => word.Length > 0 && !Regex.IsMatch(text, $@"{Regex.Escape(word)}(?![a-z-])"))
            .Distinct()
            .ToList();

        Assert.IsEmpty(missing, "not in README.md or docs/: " + string.Join(", ", missing));
    }

    /// <summary>What follows <c>dotnet taskarithmetic</c>, continued lines joined, up to the end of the line or code span.</summary>
    private static IEnumerable<string> Commands(string page) =>
        Command().Matches(File.ReadAllText(page).Replace("\\\n", " ")).Select(m => m.Groups[1].Value);

    [GeneratedRegex(@"dotnet taskarithmetic ([a-z][^`\n]*(?:\n {6,}[^`\n]*)*)")]
    private static partial Regex Command();

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z_-]*")]
    private static partial Regex Option();
}
