using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Sources.NativePackages;
using TaskArithmetic.Sources.Tests.NativePackages;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Torch.Libtorch;

namespace TaskArithmetic.Torch.Tests.Libtorch;

/// <summary>What libtorch's packages have of their own. The tests change the environment: one at a time.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LibtorchLocatorTests
{
    private const string UnpinnedVariable = "TASKARITHMETIC_UNPINNED_LIBTORCH";
    private static readonly LibtorchPlatform Linux = LibtorchPlatform.For("linux-x64");

    private readonly TemporaryFolder folder = new();
    // NUGET_PACKAGES would win over the feed's nuget.config.
    private readonly ClearedEnvironment environment = new(LibtorchPackage.FolderVariable, "TASKARITHMETIC_CACHE", "NUGET_PACKAGES", UnpinnedVariable);
    private NativePackageClient packages = null!;

    [TestInitialize]
    public void Isolate()
    {
        Environment.SetEnvironmentVariable("TASKARITHMETIC_CACHE", folder["cache", "taskarithmetic"]);
        packages = new(new FolderFeed(folder).Settings());
    }

    [TestCleanup]
    public void Restore()
    {
        environment.Dispose();
        folder.Dispose();
    }

    [TestMethod]
    public void The_environment_wins_over_packages_and_a_processor_build_is_no_cuda_build()
    {
        Directory.CreateDirectory(folder["own", "lib"]);
        File.WriteAllText(folder["own", "lib", "libtorch_cpu.so"], "");
        Environment.SetEnvironmentVariable(LibtorchPackage.FolderVariable, folder["own"]);
        var locator = new LibtorchLocator(Linux, packages);

        Assert.AreEqual(new NativeLocation(folder["own", "lib"], NativeOrigin.Environment), locator.Find(LibtorchPackage.Cpu(Linux))!.Native);
        Assert.IsNull(locator.Find(LibtorchPackage.Cuda(Linux)));

        File.WriteAllText(folder["own", "lib", "libtorch_cuda.so"], "");
        Assert.IsTrue(locator.Find(LibtorchPackage.Cpu(Linux))!.Package.HasCuda, "a CUDA build computes on the processor as well");
    }

    [TestMethod]
    public async Task The_parts_of_a_cuda_build_are_fetched_and_put_together()
    {
        Environment.SetEnvironmentVariable(UnpinnedVariable, "1");
        var package = PackCuda(FolderFeed.Digest("onetwothree"));
        var locator = new LibtorchLocator(Linux, packages);

        await packages.FetchAsync(package.Native, progress: null, CancellationToken.None);
        var found = locator.Find(package);

        Assert.AreEqual("onetwothree", File.ReadAllText(Path.Combine(found!.Folder, "libtorch_cuda.so")));
        Assert.AreEqual("small", File.ReadAllText(Path.Combine(found.Folder, "libc10_cuda.so")));
        Assert.IsFalse(Directory.EnumerateFiles(found.Folder, "*.sha").Any());
        Assert.AreEqual(found.Folder, locator.Find(package)!.Folder);
    }

    [TestMethod]
    public async Task Fragments_that_do_not_give_the_published_library_are_refused()
    {
        Environment.SetEnvironmentVariable(UnpinnedVariable, "1");
        var package = PackCuda(new string('0', 64));
        await packages.FetchAsync(package.Native, progress: null, CancellationToken.None);

        var exception = Assert.ThrowsExactly<DiagnosticException>(() => new LibtorchLocator(Linux, packages).Find(package));

        Assert.AreEqual("TA0111", exception.Diagnostics.Single().Code);
        Assert.IsEmpty(Directory.EnumerateFiles(folder["cache"], "*torch_cuda*", SearchOption.AllDirectories).ToList(), "nothing half-written stays");
    }

    [TestMethod]
    public async Task A_cuda_build_has_no_pin_and_is_taken_only_on_the_users_word()
    {
        var package = PackCuda(FolderFeed.Digest("onetwothree"));

        var exception = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => packages.FetchAsync(package.Native, progress: null, CancellationToken.None));
        Assert.AreEqual("TA0114", exception.Diagnostics.Single().Code);
        StringAssert.Contains(exception.Message, UnpinnedVariable);
        Assert.IsFalse(Directory.Exists(folder["packages"]));

        Environment.SetEnvironmentVariable(UnpinnedVariable, "1");
        await packages.FetchAsync(package.Native, progress: null, CancellationToken.None);
        var found = new LibtorchLocator(Linux, packages).Find(package)!;
        NativePackageTrust.Check(package.Native, found.Native);

        Environment.SetEnvironmentVariable(UnpinnedVariable, null);
        Assert.AreEqual("TA0114", Assert.ThrowsExactly<DiagnosticException>(() => NativePackageTrust.Check(package.Native, found.Native)).Diagnostics.Single().Code);
    }

    [TestMethod]
    public void The_platforms_of_libtorch_all_have_pins()
    {
        foreach (var platform in (string[])["linux-x64", "win-x64", "win-arm64", "osx-arm64"])
        {
            var package = LibtorchPackage.Cpu(LibtorchPlatform.For(platform));
            var pin = package.Native.Pin!;

            Assert.HasCount(64, Convert.FromBase64String(pin.PackageDigest));
            Assert.IsTrue(package.Libraries.All(library => pin.Files.ContainsKey(LibtorchPlatform.For(platform).FileName(library))), platform);
        }
    }

    private LibtorchPackage PackCuda(string digest)
    {
        var package = LibtorchPackage.Cuda(Linux);
        var id = package.Native.Id;
        var primary = $"{id}-part2-primary";
        Pack($"{id}-part1", [("runtimes/linux-x64/native/libc10_cuda.so", "small"), ("runtimes/linux-x64/native/libtorch_cpu.so", "core")]);
        Pack(primary, [("runtimes/linux-x64/native/libtorch_cuda.so", "one"), ("runtimes/linux-x64/native/libtorch_cuda.so.sha", digest)]);
        Pack($"{id}-part2-fragment1", [("fragments/linux-x64/native/libtorch_cuda.so.fragment1", "two")]);
        Pack($"{id}-part2-fragment2", [("fragments/linux-x64/native/libtorch_cuda.so.fragment2", "three")]);
        Pack(id, [("readme.txt", "")], $"{id}-part1", primary, $"{id}-part2-fragment1", $"{id}-part2-fragment2");
        return package;

        void Pack(string name, IReadOnlyList<(string Path, string Text)> files, params string[] parts) =>
            new FolderFeed(folder).Pack(name, LibtorchPackage.LibtorchVersion, files, parts);
    }
}
