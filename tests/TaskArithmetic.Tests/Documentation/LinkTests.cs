using System.Text.RegularExpressions;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.Tests.Documentation;

[TestClass]
[RequiresRepository]
public sealed partial class LinkTests
{
    [TestMethod]
    public void Every_link_between_pages_leads_to_a_file_and_a_heading_that_exist()
    {
        var dead = new List<string>();
        var links = 0;
        foreach (var page in Repository.Pages())
        {
            foreach (Match match in Link().Matches(File.ReadAllText(page)))
            {
                links++;
                var (path, anchor) = (match.Groups["path"].Value, match.Groups["anchor"].Value);
                var target = path.Length == 0 ? page : Path.GetFullPath(path, Path.GetDirectoryName(page)!);
                if (!Path.Exists(target) || (anchor.Length > 0 && !Anchors(target).Contains(anchor)))
                    dead.Add($"{Path.GetFileName(page)}: {match.Value}");
            }
        }
        Assert.IsGreaterThan(50, links);
        Assert.IsEmpty(dead, string.Join(Environment.NewLine, dead));
    }

    /// <summary>Headings as links name them: lower case, spaces to hyphens, all but letters, digits, hyphens and underscores dropped.</summary>
    private static HashSet<string> Anchors(string page) =>
        [.. Heading().Matches(File.ReadAllText(page)).Select(m => NotInAnchors().Replace(m.Groups[1].Value.Trim().ToLowerInvariant().Replace(' ', '-'), ""))];

    [GeneratedRegex(@"\]\((?<path>(?!https?:)[^)#\s]*)(?:#(?<anchor>[^)\s]+))?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w-]")]
    private static partial Regex NotInAnchors();
}
