using System.Security.Cryptography;
using System.Text;
using NuGet.Configuration;
using NuGet.Frameworks;
using NuGet.Packaging;
using NuGet.Packaging.Core;
using NuGet.Versioning;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Sources.Tests.NativePackages;

/// <summary>Small stand-in packages on a folder feed, with a nuget.config that knows no other.</summary>
internal sealed class FolderFeed
{
    private readonly TemporaryFolder folder;

    public FolderFeed(TemporaryFolder folder)
    {
        this.folder = folder;
        Directory.CreateDirectory(folder["feed"]);
    }

    /// <summary>Writes a package whose dependencies have its own version.</summary>
    /// <returns>SHA-512 of the file, in base64.</returns>
    public string Pack(string id, string version, IReadOnlyList<(string Path, string Text)> files, params string[] dependencies)
    {
        var parsed = NuGetVersion.Parse(version);
        var builder = new PackageBuilder { Id = id, Version = parsed, Description = "A stand-in for tests." };
        builder.Authors.Add("tests");
        foreach (var (path, text) in files)
        {
            var source = folder["sources", id, path];
            Directory.CreateDirectory(Path.GetDirectoryName(source)!);
            File.WriteAllText(source, text);
            builder.Files.Add(new PhysicalPackageFile { SourcePath = source, TargetPath = path });
        }
        builder.DependencyGroups.Add(new PackageDependencyGroup(
            NuGetFramework.AnyFramework, dependencies.Select(dependency => new PackageDependency(dependency, new VersionRange(parsed)))));
        var package = folder["feed", $"{id}.{version}.nupkg"];
        using (var stream = File.Create(package))
            builder.Save(stream);
        return Convert.ToBase64String(SHA512.HashData(File.ReadAllBytes(package)));
    }

    /// <summary>A nuget.config with this feed only.</summary>
    /// <param name="mapping">Patterns that are mapped to it; without any there is no mapping.</param>
    public ISettings Settings(string? mapping = null)
    {
        var mapped = mapping is null ? "" : $"<packageSource key=\"local\"><package pattern=\"{mapping}\" /></packageSource>";
        File.WriteAllText(folder["nuget.config"], $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{folder["packages"]}" /></config>
              <packageSources><clear /><add key="local" value="{folder["feed"]}" /></packageSources>
              <fallbackPackageFolders><clear /></fallbackPackageFolders>
              <packageSourceMapping><clear />{mapped}</packageSourceMapping>
            </configuration>
            """);
        return NuGet.Configuration.Settings.LoadSpecificSettings(folder.Path, "nuget.config");
    }

    /// <summary>SHA-256 of a text, in hexadecimal.</summary>
    public static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>Messages in the order in which they were reported.</summary>
internal sealed class Messages : IProgress<string>
{
    public List<string> Lines { get; } = [];

    public void Report(string value) => Lines.Add(value);
}
