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
    private readonly string? cache = Environment.GetEnvironmentVariable("TASKARITHMETIC_CACHE");
    private readonly string? unpinned = Environment.GetEnvironmentVariable(LibtorchTrust.UnpinnedVariable);

    [TestInitialize]
    public void Isolate()
    {
        Environment.SetEnvironmentVariable(LibtorchLocator.EnvironmentVariable, null);
        Environment.SetEnvironmentVariable("TASKARITHMETIC_CACHE", folder["cache", "taskarithmetic"]);
        Environment.SetEnvironmentVariable(LibtorchTrust.UnpinnedVariable, null);
        Directory.CreateDirectory(folder["feed"]);
    }

    [TestCleanup]
    public void Restore()
    {
        Environment.SetEnvironmentVariable(LibtorchLocator.EnvironmentVariable, environment);
        Environment.SetEnvironmentVariable("TASKARITHMETIC_CACHE", cache);
        Environment.SetEnvironmentVariable(LibtorchTrust.UnpinnedVariable, unpinned);
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
        await new LibtorchDownloader(settings, locator, Trust(package, ("libtorch_cpu.so", "core")), told).FetchAsync(package, CancellationToken.None);

        var found = locator.Find(package);
        Assert.AreEqual("core", File.ReadAllText(Path.Combine(found!.Folder, "libtorch_cpu.so")));
        StringAssert.StartsWith(found.Folder, folder["packages"]);
        StringAssert.Contains(told.Lines[0], package.Id);
        StringAssert.Contains(told.Lines[0], "local");

        var second = new Messages();
        await new LibtorchDownloader(settings, locator, LibtorchTrust.Released, second).FetchAsync(package, CancellationToken.None);
        Assert.IsEmpty(second.Lines, "nothing is fetched twice");
    }

    [TestMethod]
    public async Task A_package_that_no_source_has_is_a_coded_error_that_names_the_sources()
    {
        var settings = WriteSettings("");
        var package = LibtorchPackage.Cpu(Linux);

        var exception = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            new LibtorchDownloader(settings, new LibtorchLocator(Linux, settings, folder["packages"]), LibtorchTrust.Released, null).FetchAsync(package, CancellationToken.None));

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
            new LibtorchDownloader(settings, new LibtorchLocator(Linux, settings, folder["packages"]), LibtorchTrust.Released, null).FetchAsync(package, CancellationToken.None));

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
        Environment.SetEnvironmentVariable(LibtorchTrust.UnpinnedVariable, "1");
        var package = LibtorchPackage.Cuda(Linux);
        PackCuda(package, Convert.ToHexStringLower(SHA256.HashData("onetwothree"u8)));
        var settings = WriteSettings("");
        var locator = new LibtorchLocator(Linux, settings, folder["packages"]);

        await new LibtorchDownloader(settings, locator, LibtorchTrust.Released, null).FetchAsync(package, CancellationToken.None);
        var found = locator.Find(package);

        Assert.AreEqual("onetwothree", File.ReadAllText(Path.Combine(found!.Folder, "libtorch_cuda.so")));
        Assert.AreEqual("small", File.ReadAllText(Path.Combine(found.Folder, "libc10_cuda.so")));
        Assert.IsFalse(Directory.EnumerateFiles(found.Folder, "*.sha").Any());
        Assert.AreEqual(found.Folder, locator.Find(package)!.Folder);
    }

    [TestMethod]
    public async Task Fragments_that_do_not_give_the_published_library_are_refused()
    {
        Environment.SetEnvironmentVariable(LibtorchTrust.UnpinnedVariable, "1");
        var package = LibtorchPackage.Cuda(Linux);
        PackCuda(package, new string('0', 64));
        var settings = WriteSettings("");
        var locator = new LibtorchLocator(Linux, settings, folder["packages"]);
        await new LibtorchDownloader(settings, locator, LibtorchTrust.Released, null).FetchAsync(package, CancellationToken.None);

        var exception = Assert.ThrowsExactly<DiagnosticException>(() => locator.Find(package));

        Assert.AreEqual("TA0111", exception.Diagnostics.Single().Code);
        Assert.IsEmpty(Directory.EnumerateFiles(folder["cache"], "*torch_cuda*", SearchOption.AllDirectories).ToList(), "nothing half-written stays");
    }

    [TestMethod]
    public async Task A_package_that_a_source_offers_under_a_pinned_name_is_refused_before_anything_of_it_is_extracted()
    {
        var package = LibtorchPackage.Cpu(Linux);
        Pack(package.Id, [("runtimes/linux-x64/native/libtorch_cpu.so", "evil")]);
        var settings = WriteSettings("");
        var locator = new LibtorchLocator(Linux, settings, folder["packages"]);

        var exception = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            new LibtorchDownloader(settings, locator, LibtorchTrust.Released, null).FetchAsync(package, CancellationToken.None));

        Assert.AreEqual(("TA0113", DiagnosticKind.Environment), (exception.Diagnostics.Single().Code, exception.Diagnostics.Single().Kind));
        StringAssert.Contains(exception.Message, folder["feed"]);
        Assert.IsEmpty(Directory.EnumerateFiles(folder["packages"], "*", SearchOption.AllDirectories).ToList());
    }

    [TestMethod]
    public async Task A_package_without_a_pin_is_taken_only_on_the_users_word()
    {
        var package = LibtorchPackage.Cuda(Linux);
        PackCuda(package, Convert.ToHexStringLower(SHA256.HashData("onetwothree"u8)));
        var settings = WriteSettings("");
        var locator = new LibtorchLocator(Linux, settings, folder["packages"]);
        var downloader = new LibtorchDownloader(settings, locator, LibtorchTrust.Released, null);

        var exception = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => downloader.FetchAsync(package, CancellationToken.None));
        Assert.AreEqual("TA0114", exception.Diagnostics.Single().Code);
        Assert.IsFalse(Directory.Exists(folder["packages"]));

        Environment.SetEnvironmentVariable(LibtorchTrust.UnpinnedVariable, "1");
        await downloader.FetchAsync(package, CancellationToken.None);
        LibtorchTrust.Released.Check(locator.Find(package)!);

        Environment.SetEnvironmentVariable(LibtorchTrust.UnpinnedVariable, null);
        Assert.AreEqual("TA0114", Assert.ThrowsExactly<DiagnosticException>(() => LibtorchTrust.Released.Check(locator.Find(package)!)).Diagnostics.Single().Code);
    }

    [TestMethod]
    [DataRow("changed")]
    [DataRow("added")]
    [DataRow("missing")]
    [DataRow("device")]
    [DataRow("dangling")]
    public void Libraries_in_a_packages_folder_that_are_not_the_pinned_ones_are_refused(string fault)
    {
        var (location, trust) = Extracted();
        trust.Check(location);
        var core = Path.Combine(location.Folder, "libtorch_cpu.so");
        switch (fault)
        {
            case "changed": File.WriteAllText(core, "bore"); break;
            // The libraries look for their own beside themselves first.
            case "added": File.WriteAllText(Path.Combine(location.Folder, "libstdc++.so.6"), "evil"); break;
            case "missing": File.Delete(core); break;
            case "device": File.Delete(core); File.CreateSymbolicLink(core, "/dev/zero"); break;
            default: File.Delete(core); File.CreateSymbolicLink(core, "nowhere"); break;
        }

        var exception = Assert.ThrowsExactly<DiagnosticException>(() => trust.Check(location));

        Assert.AreEqual("TA0113", exception.Diagnostics.Single().Code);
        StringAssert.StartsWith(exception.Diagnostics.Single().File!, location.Folder);
    }

    [TestMethod]
    public void A_check_is_remembered_and_a_change_that_keeps_size_and_date_is_noticed_all_the_same()
    {
        var (location, trust) = Extracted();
        var core = Path.Combine(location.Folder, "libtorch_cpu.so");
        trust.Check(location);
        trust.Check(location);
        Assert.HasCount(1, Directory.GetFiles(folder["cache", "taskarithmetic", "libtorch", "checked"]));

        var written = File.GetLastWriteTimeUtc(core);
        using (var stream = new FileStream(core, FileMode.Open, FileAccess.Write))
            stream.Write("bore"u8);
        File.SetLastWriteTimeUtc(core, written);

        Assert.AreEqual("TA0113", Assert.ThrowsExactly<DiagnosticException>(() => trust.Check(location)).Diagnostics.Single().Code);
    }

    [TestMethod]
    public void The_platforms_of_libtorch_all_have_pins()
    {
        foreach (var platform in (string[])["linux-x64", "win-x64", "win-arm64", "osx-arm64"])
        {
            var package = LibtorchPackage.Cpu(LibtorchPlatform.For(platform));
            var pin = LibtorchTrust.Released.Require(package.Id, package.Version)!;

            Assert.HasCount(64, Convert.FromBase64String(pin.PackageDigest));
            Assert.IsTrue(package.Libraries.All(library => pin.Libraries.ContainsKey(LibtorchPlatform.For(platform).FileName(library))), platform);
        }
    }

    private (LibtorchLocation Location, LibtorchTrust Trust) Extracted()
    {
        var package = LibtorchPackage.Cpu(Linux);
        Directory.CreateDirectory(folder["native"]);
        File.WriteAllText(folder["native", "libtorch_cpu.so"], "core");
        File.WriteAllText(folder["native", "libc10.so"], "base");
        var pin = new LibtorchPin(package.Id, package.Version, "", new Dictionary<string, string>
        {
            ["libtorch_cpu.so"] = Convert.ToHexStringLower(SHA256.HashData("core"u8)),
            ["libc10.so"] = Convert.ToHexStringLower(SHA256.HashData("base"u8)),
        });
        return (new LibtorchLocation(package, folder["native"], LibtorchOrigin.PackagesFolder), new LibtorchTrust([pin]));
    }

    /// <summary>Trust in the stand-in that lies on the feed.</summary>
    private LibtorchTrust Trust(LibtorchPackage package, params (string Name, string Text)[] libraries) => new([new LibtorchPin(
        package.Id, package.Version,
        Convert.ToBase64String(SHA512.HashData(File.ReadAllBytes(folder["feed", $"{package.Id}.{package.Version}.nupkg"]))),
        libraries.ToDictionary(library => library.Name, library => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(library.Text)))))]);

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
