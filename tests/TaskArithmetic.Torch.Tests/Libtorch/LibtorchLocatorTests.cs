using System.Security.Cryptography;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using NuGet.Configuration;
using NuGet.Packaging;
using NuGet.Versioning;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Torch.Libtorch;

namespace TaskArithmetic.Torch.Tests.Libtorch;

/// <summary>Finding and fetching, with small stand-in packages on a folder feed. They change the environment: one at a time.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LibtorchLocatorTests
{
    private static readonly LibtorchPlatform Linux = LibtorchPlatform.For("linux-x64");

    private readonly TemporaryFolder folder = new();
    private readonly string? environment = Environment.GetEnvironmentVariable(LibtorchLocator.EnvironmentVariable);
    private readonly string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");

    [TestInitialize]
    public void Isolate()
    {
        Environment.SetEnvironmentVariable(LibtorchLocator.EnvironmentVariable, null);
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", folder["cache"]);
        Directory.CreateDirectory(folder["feed"]);
    }

    [TestCleanup]
    public void Restore()
    {
        Environment.SetEnvironmentVariable(LibtorchLocator.EnvironmentVariable, environment);
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", cache);
        folder.Dispose();
    }

    [TestMethod]
    public async Task A_missing_package_is_fetched_once_into_the_global_packages_folder()
    {
        var package = LibtorchPackage.Cpu(Linux);
        Pack(package.Id, [("runtimes/linux-x64/native/libtorch_cpu.so", "core")]);
        var settings = WriteSettings("");
        var locator = new LibtorchLocator(Linux, settings, folder["packages"]);
        Assert.IsNull(locator.Find(package));

        var told = new Messages();
        await new LibtorchDownloader(settings, locator, told).FetchAsync(package, CancellationToken.None);

        var found = locator.Find(package);
        Assert.AreEqual("core", File.ReadAllText(Path.Combine(found!.Folder, "libtorch_cpu.so")));
        StringAssert.StartsWith(found.Folder, folder["packages"]);
        StringAssert.Contains(told.Lines[0], package.Id);
        StringAssert.Contains(told.Lines[0], "local");

        var second = new Messages();
        await new LibtorchDownloader(settings, locator, second).FetchAsync(package, CancellationToken.None);
        Assert.IsEmpty(second.Lines, "nothing is fetched twice");
    }

    [TestMethod]
    public async Task A_package_that_no_source_has_is_a_coded_error_that_names_the_sources()
    {
        var settings = WriteSettings("");
        var package = LibtorchPackage.Cpu(Linux);

        var exception = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            new LibtorchDownloader(settings, new LibtorchLocator(Linux, settings, folder["packages"]), null).FetchAsync(package, CancellationToken.None));

        Assert.AreEqual("TA0103", exception.Diagnostics.Single().Code);
        StringAssert.Contains(exception.Message, package.Id);
        StringAssert.Contains(exception.Message, "local does not have it");
    }

    [TestMethod]
    public async Task Source_mapping_is_obeyed()
    {
        var package = LibtorchPackage.Cpu(Linux);
        Pack(package.Id, [("runtimes/linux-x64/native/libtorch_cpu.so", "core")]);
        var settings = WriteSettings("<packageSourceMapping><packageSource key=\"local\"><package pattern=\"Contoso.*\" /></packageSource></packageSourceMapping>");

        var exception = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            new LibtorchDownloader(settings, new LibtorchLocator(Linux, settings, folder["packages"]), null).FetchAsync(package, CancellationToken.None));

        StringAssert.Contains(exception.Message, "maps it to no enabled package source");
    }

    [TestMethod]
    public void The_environment_wins_over_packages_and_may_name_the_folder_above_lib()
    {
        Directory.CreateDirectory(folder["own", "lib"]);
        File.WriteAllText(folder["own", "lib", "libtorch_cpu.so"], "");
        Environment.SetEnvironmentVariable(LibtorchLocator.EnvironmentVariable, folder["own"]);
        var locator = new LibtorchLocator(Linux, WriteSettings(""), folder["packages"]);

        var found = locator.Find(LibtorchPackage.Cpu(Linux));

        Assert.AreEqual((folder["own", "lib"], LibtorchOrigin.Environment), (found!.Folder, found.Origin));
        Assert.IsNull(locator.Find(LibtorchPackage.Cuda(Linux)), "a processor build is no CUDA build");
    }

    [TestMethod]
    public void An_environment_that_names_a_folder_without_libtorch_is_refused()
    {
        Environment.SetEnvironmentVariable(LibtorchLocator.EnvironmentVariable, folder["feed"]);
        var locator = new LibtorchLocator(Linux, WriteSettings(""), folder["packages"]);

        var exception = Assert.ThrowsExactly<DiagnosticException>(() => locator.Find(LibtorchPackage.Cpu(Linux)));

        Assert.AreEqual("TA0104", exception.Diagnostics.Single().Code);
        StringAssert.Contains(exception.Message, folder["feed"]);
    }

    [TestMethod]
    public async Task The_parts_of_a_cuda_build_are_fetched_and_put_together()
    {
        var package = LibtorchPackage.Cuda(Linux);
        PackCuda(package, Convert.ToHexStringLower(SHA256.HashData("onetwothree"u8)));
        var settings = WriteSettings("");
        var locator = new LibtorchLocator(Linux, settings, folder["packages"]);

        await new LibtorchDownloader(settings, locator, null).FetchAsync(package, CancellationToken.None);
        var found = locator.Find(package);

        Assert.AreEqual("onetwothree", File.ReadAllText(Path.Combine(found!.Folder, "libtorch_cuda.so")));
        Assert.AreEqual("small", File.ReadAllText(Path.Combine(found.Folder, "libc10_cuda.so")));
        Assert.IsFalse(Directory.EnumerateFiles(found.Folder, "*.sha").Any());
        Assert.AreEqual(found.Folder, locator.Find(package)!.Folder);
    }

    [TestMethod]
    public async Task Fragments_that_do_not_give_the_published_library_are_refused()
    {
        var package = LibtorchPackage.Cuda(Linux);
        PackCuda(package, new string('0', 64));
        var settings = WriteSettings("");
        var locator = new LibtorchLocator(Linux, settings, folder["packages"]);
        await new LibtorchDownloader(settings, locator, null).FetchAsync(package, CancellationToken.None);

        var exception = Assert.ThrowsExactly<DiagnosticException>(() => locator.Find(package));

        Assert.AreEqual("TA0111", exception.Diagnostics.Single().Code);
        Assert.IsEmpty(Directory.EnumerateFiles(folder["cache"], "*torch_cuda*", SearchOption.AllDirectories).ToList(), "nothing half-written stays");
    }

    private void PackCuda(LibtorchPackage package, string digest)
    {
        var primary = $"{package.Id}-part2-primary";
        Pack($"{package.Id}-part1", [("runtimes/linux-x64/native/libc10_cuda.so", "small"), ("runtimes/linux-x64/native/libtorch_cpu.so", "core")]);
        Pack(primary, [("runtimes/linux-x64/native/libtorch_cuda.so", "one"), ("runtimes/linux-x64/native/libtorch_cuda.so.sha", digest)]);
        Pack($"{package.Id}-part2-fragment1", [("fragments/linux-x64/native/libtorch_cuda.so.fragment1", "two")]);
        Pack($"{package.Id}-part2-fragment2", [("fragments/linux-x64/native/libtorch_cuda.so.fragment2", "three")]);
        Pack(package.Id, [("readme.txt", "")], $"{package.Id}-part1", primary, $"{package.Id}-part2-fragment1", $"{package.Id}-part2-fragment2");
    }

    private void Pack(string id, IReadOnlyList<(string Path, string Text)> files, params string[] dependencies)
    {
        var version = NuGetVersion.Parse(LibtorchPackage.LibtorchVersion);
        var builder = new PackageBuilder { Id = id, Version = version, Description = "A stand-in for tests." };
        builder.Authors.Add("tests");
        foreach (var (path, text) in files)
        {
            var source = folder["sources", id, path];
            Directory.CreateDirectory(Path.GetDirectoryName(source)!);
            File.WriteAllText(source, text);
            builder.Files.Add(new PhysicalPackageFile { SourcePath = source, TargetPath = path });
        }
        builder.DependencyGroups.Add(new PackageDependencyGroup(
            NuGet.Frameworks.NuGetFramework.AnyFramework,
            dependencies.Select(dependency => new NuGet.Packaging.Core.PackageDependency(dependency, new VersionRange(version)))));
        using var stream = File.Create(folder["feed", $"{id}.{version}.nupkg"]);
        builder.Save(stream);
    }

    private ISettings WriteSettings(string more)
    {
        File.WriteAllText(folder["nuget.config"], $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{folder["packages"]}" /></config>
              <packageSources><clear /><add key="local" value="{folder["feed"]}" /></packageSources>
              <fallbackPackageFolders><clear /></fallbackPackageFolders>
              <packageSourceMapping><clear /></packageSourceMapping>
              {more}
            </configuration>
            """.Replace("<packageSourceMapping><clear /></packageSourceMapping>", more.Length > 0 ? "" : "<packageSourceMapping><clear /></packageSourceMapping>"));
        return Settings.LoadSpecificSettings(folder.Path, "nuget.config");
    }

    private sealed class Messages : IProgress<string>
    {
        public List<string> Lines { get; } = [];

        public void Report(string value) => Lines.Add(value);
    }
}
