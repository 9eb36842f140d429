using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Text.Json;
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
        "build/TaskArithmetic.Build.props", "build/TaskArithmetic.Build.targets", "build/ReasoningVector.xaml", "build/MergedModel.xaml", "build/Benchmark.xaml", "build/TaskArithmetic.Items.props", "build/TaskArithmetic.Items.targets", "build/TaskArithmetic.NativePackages.targets",
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
        Assert.IsTrue(new FileInfo(BuildPackage.Nupkg).Length < 11_000_000, $"{new FileInfo(BuildPackage.Nupkg).Length} bytes");
    }

    [TestMethod]
    public void The_packaged_tool_has_native_code_that_its_host_finds()
    {
        _ = BuildPackage.Version;
        using var package = ZipFile.OpenRead(BuildPackage.Nupkg);
        var native = package.Entries.Where(e => e.FullName.StartsWith("tools/net10.0/runtimes/linux-x64/lib/", StringComparison.Ordinal)).ToList();
        if (native.Count == 0)
            Assert.Inconclusive("packed without native code: another system, or a feed without the compiler");

        using var dependencies = JsonDocument.Parse(package.GetEntry("tools/net10.0/TaskArithmetic.Tool.deps.json")!.Open());
        var found = dependencies.RootElement.GetProperty("targets").EnumerateObject().Single().Value.EnumerateObject()
            .Where(library => library.Value.TryGetProperty("runtimeTargets", out _))
            .SelectMany(library => library.Value.GetProperty("runtimeTargets").EnumerateObject())
            .Where(asset => asset.Value.GetProperty("assetType").GetString() == "runtime" && asset.Value.GetProperty("rid").GetString() == "linux-x64")
            .Select(asset => "tools/net10.0/" + asset.Name).ToList();
        CollectionAssert.IsSubsetOf(native.Select(e => e.FullName).ToList(), found);
        foreach (var assembly in native)
        {
            using var content = new MemoryStream();
            using (var stream = assembly.Open())
                stream.CopyTo(content);
            content.Position = 0;
            using var reader = new PEReader(content);
            Assert.AreNotEqual(0, reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size, $"{assembly.FullName} holds IL only");
        }
    }

    [TestMethod]
    public void The_package_brings_nothing_into_the_projects_that_use_it()
    {
        _ = BuildPackage.Version;
        using var package = ZipFile.OpenRead(BuildPackage.Nupkg);
        var metadata = Nuspec(package);
        var space = metadata.Name.Namespace;

        Assert.AreEqual("true", (string?)metadata.Element(space + "developmentDependency"));
        Assert.IsNull(metadata.Element(space + "dependencies"));
        CollectionAssert.AreEquivalent(
            new[] { "MSBuildSdk", "Dependency" },
            metadata.Descendants(space + "packageType").Select(t => (string?)t.Attribute("name")).ToArray());
    }

    [TestMethod]
    public void Every_package_shows_what_it_is_and_what_it_owes_and_carries_symbols()
    {
        foreach (var nupkg in BuildPackage.All)
        {
            using var package = ZipFile.OpenRead(nupkg);
            var names = package.Entries.Select(e => e.FullName).ToList();
            var metadata = Nuspec(package);
            string? Value(string name) => (string?)metadata.Element(metadata.Name.Namespace + name);

            Assert.AreEqual("README.md", Value("readme"), nupkg);
            Assert.AreEqual("icon.png", Value("icon"), nupkg);
            Assert.AreEqual("MIT", Value("license"), nupkg);
            foreach (var name in new[] { "description", "authors", "copyright", "tags" })
                Assert.IsFalse(string.IsNullOrWhiteSpace(Value(name)), $"{nupkg}: {name}");
            Assert.IsTrue(Value("projectUrl") is null || Value("projectUrl")!.StartsWith("https://", StringComparison.Ordinal), "no path of this machine");
            CollectionAssert.IsSubsetOf(new[] { "README.md", "LICENSE", "THIRD-PARTY-NOTICES.md", "icon.png" }, names, nupkg);

            using var notices = new StreamReader(package.GetEntry("THIRD-PARTY-NOTICES.md")!.Open());
            var text = notices.ReadToEnd();
            foreach (var entry in package.Entries.Where(e => Path.GetExtension(e.Name) is ".dll" or ".so" or ".dylib"))
            {
                if (entry.Name.StartsWith("TaskArithmetic", StringComparison.Ordinal))
                    AssertSymbols(entry);
                else
                    StringAssert.Contains(text, entry.Name, $"{nupkg} redistributes it without a notice");
            }
            if (names.Any(n => n.EndsWith("/TaskArithmetic.Tool.dll", StringComparison.Ordinal)))
                Assert.IsTrue(names.Any(n => n.EndsWith("/THIRD-PARTY-NOTICES-DOTNET.TXT", StringComparison.Ordinal)), nupkg);
        }
    }

    /// <summary>The same sources give the same assembly, and its symbols are in it.</summary>
    private static void AssertSymbols(ZipArchiveEntry entry)
    {
        using var content = new MemoryStream();
        using (var stream = entry.Open())
            stream.CopyTo(content);
        content.Position = 0;
        using var reader = new PEReader(content);
        var kinds = reader.ReadDebugDirectory().Select(d => d.Type).ToList();
        CollectionAssert.IsSubsetOf(new[] { DebugDirectoryEntryType.EmbeddedPortablePdb, DebugDirectoryEntryType.Reproducible }, kinds, entry.FullName);
    }

    private static XElement Nuspec(ZipArchive package)
    {
        using var stream = package.Entries.Single(e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(stream).Root!.Elements().Single();
    }
}
