using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Sources.NativePackages;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Sources.Tests.NativePackages;

/// <summary>Finding, fetching and checking, with small stand-in packages on a folder feed. They change the environment: one at a time.</summary>
[TestClass]
[DoNotParallelize]
public sealed class NativePackageClientTests
{
    private const string FolderVariable = "TASKARITHMETIC_TEST_FOLDER";
    private const string Native = "runtimes/linux-x64/native";

    private readonly TemporaryFolder folder = new();
    // NUGET_PACKAGES would win over the feed's nuget.config.
    private readonly ClearedEnvironment environment = new(FolderVariable, "TASKARITHMETIC_CACHE", "NUGET_PACKAGES", NativePackage.UnpinnedVariableOfAll);
    private FolderFeed feed = null!;

    [TestInitialize]
    public void Isolate()
    {
        Environment.SetEnvironmentVariable("TASKARITHMETIC_CACHE", folder["cache", "taskarithmetic"]);
        feed = new(folder);
    }

    [TestCleanup]
    public void Restore()
    {
        environment.Dispose();
        folder.Dispose();
    }

    [TestMethod]
    public async Task A_missing_package_is_fetched_once_into_the_global_packages_folder()
    {
        var package = OnTheFeed(("libnative.so", "core"));
        var client = new NativePackageClient(feed.Settings());
        Assert.IsNull(client.Find(package));

        var told = new Messages();
        var fetched = await client.ObtainAsync(package, progress: told);

        Assert.AreEqual("core", File.ReadAllText(Path.Combine(fetched.Folder, "libnative.so")));
        Assert.AreEqual(NativeOrigin.Downloaded, fetched.Origin);
        StringAssert.StartsWith(fetched.Folder, folder["packages"]);
        StringAssert.Contains(told.Lines[0], package.Id);
        StringAssert.Contains(told.Lines[0], "local");

        var second = new Messages();
        Assert.AreEqual(fetched with { Origin = NativeOrigin.PackagesFolder }, await client.ObtainAsync(package, progress: second));
        Assert.IsEmpty(second.Lines, "nothing is fetched twice");
    }

    [TestMethod]
    public async Task A_folder_below_the_native_one_can_be_all_that_is_taken_of_a_package()
    {
        var pin = new NativePackagePin(
            feed.Pack("Contoso.Native", "1.2.0", [($"{Native}/avx/libnative.so", "wide"), ($"{Native}/noavx/libnative.so", "narrow")]),
            new Dictionary<string, string> { ["libnative.so"] = FolderFeed.Digest("narrow") });
        var package = Package(pin) with { NativeFolder = $"{Native}/noavx" };

        var location = await new NativePackageClient(feed.Settings()).ObtainAsync(package);

        Assert.AreEqual("narrow", File.ReadAllText(Path.Combine(location.Folder, "libnative.so")));
    }

    [TestMethod]
    public async Task A_pin_may_reach_into_folders_and_holds_what_lies_in_them()
    {
        var package = OnTheFeed(("avx/libnative.so", "wide"), ("noavx/libnative.so", "narrow"));
        var client = new NativePackageClient(feed.Settings());
        var location = await client.ObtainAsync(package);

        File.WriteAllText(Path.Combine(location.Folder, "avx", "libstdc++.so.6"), "evil");

        Assert.AreEqual("TA0113", (await Refused(() => client.ObtainAsync(package))).Code);
    }

    [TestMethod]
    public async Task A_package_that_no_source_has_is_a_coded_error_that_names_the_sources()
    {
        var refusal = await Refused(() => new NativePackageClient(feed.Settings()).ObtainAsync(Package(new("", new Dictionary<string, string>()))));

        Assert.AreEqual("TA0103", refusal.Code);
        StringAssert.Contains(refusal.Message, "Contoso.Native");
        StringAssert.Contains(refusal.Message, "local does not have it");
    }

    [TestMethod]
    public async Task Without_leave_to_download_a_missing_package_is_a_coded_error()
    {
        var package = OnTheFeed(("libnative.so", "core"));

        var refusal = await Refused(() => new NativePackageClient(feed.Settings()).ObtainAsync(package, allowDownload: false));

        Assert.AreEqual("TA0102", refusal.Code);
        StringAssert.Contains(refusal.Message, folder["packages"]);
        Assert.IsFalse(Directory.Exists(folder["packages"]));
    }

    [TestMethod]
    public async Task Source_mapping_is_obeyed()
    {
        var package = OnTheFeed(("libnative.so", "core"));

        var refusal = await Refused(() => new NativePackageClient(feed.Settings(mapping: "Fabrikam.*")).ObtainAsync(package));

        StringAssert.Contains(refusal.Message, "maps it to no enabled package source");
    }

    [TestMethod]
    public void The_environment_wins_over_packages_and_may_name_the_folder_above_lib()
    {
        Directory.CreateDirectory(folder["own", "lib"]);
        File.WriteAllText(folder["own", "lib", "libnative.so"], "");
        Environment.SetEnvironmentVariable(FolderVariable, folder["own"]);

        var found = new NativePackageClient(feed.Settings()).Find(Package(pin: null));

        Assert.AreEqual(new NativeLocation(folder["own", "lib"], NativeOrigin.Environment), found);
    }

    [TestMethod]
    public void An_environment_that_names_a_folder_without_the_library_is_refused()
    {
        Environment.SetEnvironmentVariable(FolderVariable, folder["feed"]);

        var exception = Assert.ThrowsExactly<DiagnosticException>(() => new NativePackageClient(feed.Settings()).Find(Package(pin: null)));

        Assert.AreEqual("TA0104", exception.Diagnostics.Single().Code);
        StringAssert.Contains(exception.Message, folder["feed"]);
    }

    [TestMethod]
    public async Task A_package_that_a_source_offers_under_a_pinned_name_is_refused_before_anything_of_it_is_extracted()
    {
        var pin = OnTheFeed(("libnative.so", "core")).Pin;
        feed.Pack("Contoso.Native", "1.2.0", [($"{Native}/libnative.so", "evil")]);

        var refusal = await Refused(() => new NativePackageClient(feed.Settings()).ObtainAsync(Package(pin)));

        Assert.AreEqual(("TA0113", DiagnosticKind.Environment), (refusal.Code, refusal.Kind));
        StringAssert.Contains(refusal.Message, folder["feed"]);
        Assert.IsEmpty(Directory.EnumerateFiles(folder["packages"], "*", SearchOption.AllDirectories).ToList());
    }

    [TestMethod]
    [DataRow(NativePackage.UnpinnedVariableOfAll)]
    [DataRow(FolderVariable)]
    public async Task A_package_without_a_pin_is_taken_only_on_the_users_word(string variable)
    {
        OnTheFeed(("libnative.so", "core"));
        // Any variable may be the one of a package.
        var package = Package(pin: null) with { UnpinnedVariable = variable, FolderVariable = "TASKARITHMETIC_TEST_NONE" };
        var client = new NativePackageClient(feed.Settings());

        Assert.AreEqual("TA0114", (await Refused(() => client.ObtainAsync(package))).Code);
        Assert.IsFalse(Directory.Exists(folder["packages"]));

        Environment.SetEnvironmentVariable(variable, "1");
        Assert.AreEqual(NativeOrigin.Downloaded, (await client.ObtainAsync(package)).Origin);

        Environment.SetEnvironmentVariable(variable, null);
        Assert.AreEqual("TA0114", (await Refused(() => client.ObtainAsync(package))).Code);
    }

    [TestMethod]
    [DataRow("changed")]
    [DataRow("added")]
    [DataRow("missing")]
    [DataRow("device")]
    [DataRow("dangling")]
    public void Libraries_in_a_packages_folder_that_are_not_the_pinned_ones_are_refused(string fault)
    {
        var (package, location) = Extracted();
        NativePackageTrust.Check(package, location);
        var core = Path.Combine(location.Folder, "libnative.so");
        switch (fault)
        {
            case "changed": File.WriteAllText(core, "bore"); break;
            // The libraries look for their own beside themselves first.
            case "added": File.WriteAllText(Path.Combine(location.Folder, "libstdc++.so.6"), "evil"); break;
            case "missing": File.Delete(core); break;
            case "device": File.Delete(core); File.CreateSymbolicLink(core, "/dev/zero"); break;
            default: File.Delete(core); File.CreateSymbolicLink(core, "nowhere"); break;
        }

        var exception = Assert.ThrowsExactly<DiagnosticException>(() => NativePackageTrust.Check(package, location));

        Assert.AreEqual("TA0113", exception.Diagnostics.Single().Code);
        StringAssert.StartsWith(exception.Diagnostics.Single().File!, location.Folder);
    }

    [TestMethod]
    public void A_check_is_remembered_and_a_change_that_keeps_size_and_date_is_noticed_all_the_same()
    {
        var (package, location) = Extracted();
        var core = Path.Combine(location.Folder, "libnative.so");
        NativePackageTrust.Check(package, location);
        NativePackageTrust.Check(package, location);
        Assert.HasCount(1, Directory.GetFiles(folder["cache", "taskarithmetic", "native", "checked"]));

        var written = File.GetLastWriteTimeUtc(core);
        using (var stream = new FileStream(core, FileMode.Open, FileAccess.Write))
            stream.Write("bore"u8);
        File.SetLastWriteTimeUtc(core, written);

        Assert.AreEqual("TA0113", Assert.ThrowsExactly<DiagnosticException>(() => NativePackageTrust.Check(package, location)).Diagnostics.Single().Code);
    }

    private static async Task<Diagnostic> Refused(Func<Task> action) => (await Assert.ThrowsExactlyAsync<DiagnosticException>(action)).Diagnostics.Single();

    private static NativePackage Package(NativePackagePin? pin) => new("the library", "Contoso.Native", "1.2.0", Native, FolderVariable, "libnative.so", pin);

    private NativePackage OnTheFeed(params (string Name, string Text)[] files) => Package(new(
        feed.Pack("Contoso.Native", "1.2.0", [.. files.Select(file => ($"{Native}/{file.Name}", file.Text))]),
        files.ToDictionary(file => file.Name, file => FolderFeed.Digest(file.Text))));

    private (NativePackage Package, NativeLocation Location) Extracted()
    {
        Directory.CreateDirectory(folder["native"]);
        File.WriteAllText(folder["native", "libnative.so"], "core");
        File.WriteAllText(folder["native", "libother.so"], "base");
        var files = new Dictionary<string, string> { ["libnative.so"] = FolderFeed.Digest("core"), ["libother.so"] = FolderFeed.Digest("base") };
        return (Package(new("", files)), new(folder["native"], NativeOrigin.PackagesFolder));
    }
}
