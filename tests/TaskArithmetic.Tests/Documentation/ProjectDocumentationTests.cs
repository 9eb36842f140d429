using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.Tests.Documentation;

[TestClass]
[RequiresRepository("src/TaskArithmetic.Build")]
public sealed partial class ProjectDocumentationTests
{
    /// <summary>What belongs to MSBuild and NuGet.</summary>
    private static readonly string[] Foreign = ["Project", "Sdk", "PropertyGroup", "ItemGroup", "Include", "Condition", "PackageReference", "Version", "PrivateAssets"];

    [TestMethod]
    public void Every_item_property_and_metadatum_of_documented_projects_is_known_to_the_build_package()
    {
        var known = Words(Repository.Sources("*.props", "*.targets", "*.xaml", "*.cs").Where(f => f.Contains("TaskArithmetic.Build", StringComparison.Ordinal)));
        var wrong = new List<string>();
        var projects = 0;
        foreach (var page in Repository.Pages())
        {
            foreach (var element in Projects(page).SelectMany(p => p.Descendants()))
            {
                projects += element.Name == "ItemGroup" ? 1 : 0;
                foreach (var name in element.Attributes().Select(a => a.Name.LocalName).Append(element.Name.LocalName))
                {
                    if (!Foreign.Contains(name) && !known.Contains(name))
                        wrong.Add($"{Path.GetFileName(page)}: {name}");
                }
            }
        }
        Assert.IsGreaterThan(1, projects);
        Assert.IsEmpty(wrong, "unknown to src/TaskArithmetic.Build: " + string.Join(", ", wrong.Distinct()));
    }

    [TestMethod]
    public void Every_documented_target_can_be_asked_for_with_and_without_a_framework()
    {
        var section = File.ReadAllText(Repository.PathOf("docs", "msbuild.md")).Split("\n## ").Single(part => part.StartsWith("Targets", StringComparison.Ordinal));
        List<string> documented = [.. TableName().Matches(section).Select(m => m.Groups[1].Value)];

        Assert.Contains("ExportMergedModels", documented);
        foreach (var folder in (string[])["build", "buildMultiTargeting"])
        {
            var files = Directory.GetFiles(Repository.PathOf("src", "TaskArithmetic.Build", folder), "*.targets");
            var targets = files.SelectMany(file => XDocument.Load(file).Descendants("Target")).Select(target => (string?)target.Attribute("Name")).ToList();
            Assert.IsEmpty(documented.Except(targets), folder);
        }
    }

    [TestMethod]
    [RequiresRepository("samples/ModelProject")]
    public void The_commands_that_start_the_readme_name_what_exists()
    {
        var readme = File.ReadAllText(Repository.PathOf("README.md"));

        StringAssert.Contains(readme, "dotnet build samples/ModelProject");
        StringAssert.Contains(readme, "dotnet test");
        Assert.IsNotEmpty(Directory.GetFiles(Repository.PathOf("samples", "ModelProject"), "*.*proj"));
    }

    /// <summary>The XML of a page: whole projects, and parts of one, which are given a root.</summary>
    private static IEnumerable<XElement> Projects(string page) =>
        XmlBlock().Matches(File.ReadAllText(page)).Select(m => XElement.Parse($"<Documented>{m.Groups[1].Value}</Documented>"));

    private static HashSet<string> Words(IEnumerable<string> files) =>
        [.. files.SelectMany(f => Word().Matches(File.ReadAllText(f)).Select(m => m.Value))];

    [GeneratedRegex(@"```xml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex XmlBlock();

    [GeneratedRegex(@"^\| `([A-Za-z]+)`", RegexOptions.Multiline)]
    private static partial Regex TableName();

    [GeneratedRegex(@"[A-Za-z]+")]
    private static partial Regex Word();
}
