using System.IO.Compression;
using System.Xml.Linq;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.EndToEnd.Tests;

/// <summary>What is inside the package, and what is not.</summary>
[TestClass]
public sealed class PackageContentTests
{
    private static readonly string[] Expected =
    [
        "Sdk/Sdk.props", "Sdk/Sdk.targets",
        "build/TaskArithmetic.Build.props", "build/TaskArithmetic.Build.targets", "build/ReasoningVector.xaml", "build/MergedModel.xaml", "build/Benchmark.xaml", "build/TaskArithmetic.Libtorch.targets",
        "buildMultiTargeting/TaskArithmetic.Build.targets",
        "tasks/netstandard2.0/TaskArithmetic.Build.dll",
        "tools/net10.0/TaskArithmetic.Tool.dll", "tools/net10.0/TaskArithmetic.Tool.deps.json", "tools/net10.0/TaskArithmetic.Tool.runtimeconfig.json",
    ];

    [TestMethod]
    public void The_package_holds_both_doors_and_the_tool_and_stays_lean()
    {
        _ = BuildPackage.Version;
        using var package = ZipFile.OpenRead(BuildPackage.Nupkg);
        var names = package.Entries.Select(e => e.FullName).ToList();

        CollectionAssert.IsSubsetOf(Expected, names);
        Assert.IsFalse(names.Any(n => n.StartsWith("lib/", StringComparison.Ordinal) || n.EndsWith(".pdb", StringComparison.Ordinal)), string.Join('\n', names));
        Assert.IsFalse(names.Any(n => n.Contains("torch_cpu", StringComparison.Ordinal) || n.Contains("libtorch.", StringComparison.Ordinal) || n.Contains("Skia", StringComparison.OrdinalIgnoreCase)), string.Join('\n', names));
        Assert.IsTrue(new FileInfo(BuildPackage.Nupkg).Length < 8_000_000, $"{new FileInfo(BuildPackage.Nupkg).Length} bytes");
    }

    [TestMethod]
    public void The_package_brings_nothing_into_the_projects_that_use_it()
    {
        _ = BuildPackage.Version;
        using var package = ZipFile.OpenRead(BuildPackage.Nupkg);
        using var stream = package.GetEntry("TaskArithmetic.Build.nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single();
        var space = metadata.Name.Namespace;

        Assert.AreEqual("true", (string?)metadata.Element(space + "developmentDependency"));
        Assert.IsNull(metadata.Element(space + "dependencies"));
        CollectionAssert.AreEquivalent(
            new[] { "MSBuildSdk", "Dependency" },
            metadata.Descendants(space + "packageType").Select(t => (string?)t.Attribute("name")).ToArray());
    }
}
