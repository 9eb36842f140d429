using System.Diagnostics;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Caching;
using TaskArithmetic.Extraction;
using TaskArithmetic.Merging;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Diagnostics;
using TaskArithmetic.Tests.Merging;

namespace TaskArithmetic.Tests.Caching;

/// <summary>The cache may cost time, never a build.</summary>
[TestClass]
public sealed class UnusableCacheTests
{
    private readonly MergeScene scene = new();
    private readonly Recipe recipe;
    private readonly List<string> mounted = [];

    public UnusableCacheTests()
    {
        string Model(string name, int seed) => scene.Model(name, [.. Enumerable.Range(0, 8).Select(i => TestTensor.Random($"model.layers.{i}.w", DType.F32, seed + i, 0.1f, 128 * 128))]);
        recipe = MergeScene.RecipeOf(Model("target", 1), MergeScene.Pair(Model("from", 2), Model("minus", 3), "0.5")) with { MaxShardSize = 100_000 };
    }

    [TestCleanup]
    public void RemoveFolders()
    {
        foreach (var place in mounted)
            Run("umount", "-l", place);
        scene.Dispose();
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_file_in_the_place_of_the_cache_is_said_once_and_the_merge_is_done(bool useCache)
    {
        MergeScene.Settle();
        File.WriteAllText(scene.Cache, "a file");

        var report = scene.Run(recipe, useCache);

        report.Findings.Only("TA1009", scene.Cache, "--cache-dir");
        AssertIsRight();
        Assert.AreEqual("a file", File.ReadAllText(scene.Cache));
    }

    [TestMethod]
    public void Without_a_place_for_a_cache_the_merge_is_done_and_says_so()
    {
        var report = ModelMerge.Run(recipe, scene.Output, scene.Options with { CacheDirectory = null }, CancellationToken.None);

        report.Findings.Only("TA1009", "no home");
        AssertIsRight();
        Assert.IsEmpty(ModelMerge.Run(recipe, scene.Output, scene.Options with { CacheDirectory = null, UseCache = false }, CancellationToken.None).Findings);
    }

    [TestMethod]
    public void An_extraction_is_done_without_a_cache_as_well()
    {
        File.WriteAllText(scene.Cache, "a file");

        var report = VectorExtraction.Run(
            scene["from"], scene["minus"], scene["v.safetensors"], new ExtractOptions { CacheDirectory = scene.Cache }, CancellationToken.None);

        report.Findings.Only("TA1009", scene.Cache);
        Assert.IsTrue(File.Exists(scene["v.safetensors"]));
    }

    [TestMethod]
    [DataRow("0")]
    [DataRow("16k")]
    [DataRow("300k")]
    public void A_cache_that_is_full_is_said_and_the_merge_is_done(string size)
    {
        Directory.CreateDirectory(scene.Cache);
        // A size of 0 would mean no limit.
        Mount("tmpfs", scene.Cache, size == "0" ? "size=4k,nr_inodes=1" : $"size={size}");

        var report = scene.Run(recipe, useCache: true);

        Assert.IsTrue(report.Findings.All(f => f.Code == "TA1009"), string.Join(' ', report.Findings));
        report.Findings.Only("TA1009", scene.Cache);
        AssertIsRight();
        Assert.IsEmpty(Directory.Exists(scene["cache", "entries"]) ? Directory.GetDirectories(scene["cache", "entries"]) : []);
    }

    [TestMethod]
    public void A_cache_that_becomes_full_while_an_entry_is_made_gives_the_room_back_and_the_merge_is_done()
    {
        Directory.CreateDirectory(scene.Cache);
        Mount("tmpfs", scene.Cache, "size=900k");
        var filled = false;
        var options = scene.Options with
        {
            Progress = new Interference(() =>
            {
                if (filled)
                    return;
                filled = true;
                using var file = File.Create(scene["cache", "other"]);
                try
                {
                    for (var i = 0; i < 1000; i++)
                        RandomAccess.Write(file.SafeFileHandle, new byte[1024], i * 1024L);
                }
                catch (IOException)
                {
                    // Full: as intended.
                }
            }),
        };

        var report = ModelMerge.Run(recipe, scene.Output, options, CancellationToken.None);

        Assert.IsTrue(filled);
        report.Findings.Only("TA1009", scene.Cache);
        AssertIsRight();
        Assert.IsEmpty(Directory.GetDirectories(scene["cache", "entries"]));
    }

    [TestMethod]
    public void A_read_only_cache_that_holds_the_entry_serves_it_and_one_that_does_not_stops_nothing()
    {
        MergeScene.Settle();
        var made = scene.Run(recipe, useCache: true);
        MakeReadOnly(scene.Cache);

        var hit = scene.Run(recipe, useCache: true);
        Assert.AreEqual((true, made.Key), (hit.CacheHit, hit.Key));
        Assert.IsEmpty(hit.Findings);
        AssertIsRight();

        var other = recipe with { Inputs = [recipe.Inputs[0].With("weight", ParameterValue.Parse("0.25"))] };
        var miss = scene.Run(other, useCache: true);
        miss.Findings.Only("TA1009", scene.Cache);
        AssertIsRight(other);
    }

    [TestMethod]
    public void A_read_only_cache_whose_entry_is_damaged_stops_nothing()
    {
        scene.Run(recipe, useCache: true);
        var entry = Directory.GetFiles(Directory.GetDirectories(scene["cache", "entries"]).Single(), "*.safetensors")[0];
        File.Delete(entry);
        File.WriteAllText(entry, "damaged");
        MakeReadOnly(scene.Cache);

        var report = scene.Run(recipe, useCache: true);

        CollectionAssert.AreEquivalent(new[] { "TA1007", "TA1009" }, report.Findings.Select(f => f.Code).ToArray());
        Assert.IsFalse(report.CacheHit);
        AssertIsRight();
    }

    [TestMethod]
    public void A_user_without_a_home_has_no_cache_folder_rather_than_one_in_the_current_folder()
    {
        var names = new[] { "TASKARITHMETIC_CACHE", "XDG_CACHE_HOME", "HOME" };
        var before = names.Select(Environment.GetEnvironmentVariable).ToList();
        try
        {
            foreach (var name in names)
                Environment.SetEnvironmentVariable(name, null);
            // The user database may know a home.
            Assert.IsTrue(CacheFolder.Default is not { } found || Path.IsPathRooted(found));
            foreach (var home in new[] { "", "relative", "." })
            {
                Environment.SetEnvironmentVariable("HOME", home);
                Assert.IsTrue(CacheFolder.Default is not { } folder || (Path.IsPathRooted(folder) && !folder.StartsWith(Environment.CurrentDirectory, StringComparison.Ordinal)), home);
            }
        }
        finally
        {
            foreach (var (name, value) in names.Zip(before))
                Environment.SetEnvironmentVariable(name, value);
        }
    }

    private void AssertIsRight(Recipe? what = null)
    {
        var made = MergeScene.WeightDigestsOf(scene.Output);
        ModelMerge.Run(what ?? recipe, scene["fresh"], scene.Options with { UseCache = false, CacheDirectory = null }, CancellationToken.None);
        CollectionAssert.AreEquivalent(MergeScene.WeightDigestsOf(scene["fresh"]).ToList(), made.ToList());
    }

    private void MakeReadOnly(string folder)
    {
        if (!OperatingSystem.IsLinux() || Run("mount", "--bind", folder, folder) != 0)
            Assert.Inconclusive("may not mount here");
        mounted.Add(folder);
        if (Run("mount", "-o", "remount,bind,ro", folder) != 0)
            Assert.Inconclusive("may not mount read-only here");
    }

    private void Mount(string type, string folder, string options)
    {
        if (!OperatingSystem.IsLinux() || Run("mount", "-t", type, "-o", options, "none", folder) != 0)
            Assert.Inconclusive("may not mount here");
        mounted.Add(folder);
    }

    private static int Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }

    private sealed class Interference(Action report) : IProgress<long>
    {
        public void Report(long value) => report();
    }
}
