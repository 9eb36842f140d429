using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Diagnostics;
using TaskArithmetic.Tests.Merging;

namespace TaskArithmetic.Tests.Caching;

/// <summary>What a merge finds again and what it must not find again.</summary>
[TestClass]
public sealed class MergeCacheTests
{
    private readonly MergeScene scene = new();
    private readonly Recipe recipe;

    public MergeCacheTests()
    {
        string Model(string name, float value) => scene.Model(name, TestTensor.Vector("model.layers.0.w", DType.F32, value, 1), TestTensor.Vector("model.layers.1.w", DType.F32, 2, value));
        recipe = MergeScene.RecipeOf(Model("target", 1), MergeScene.Pair(Model("from", 5), Model("minus", 3), "0.5"));
    }

    [TestCleanup]
    public void RemoveFolders() => scene.Dispose();

    private string Entry => Directory.GetDirectories(scene["cache", "entries"]).Single();

    [TestMethod]
    public void The_second_run_takes_the_weights_from_the_cache_and_says_so()
    {
        var first = scene.Run(recipe, useCache: true);
        var digests = MergeScene.DigestsOf(scene.Output);
        Directory.Delete(scene.Output, recursive: true);

        var second = scene.Run(recipe, useCache: true);

        Assert.AreEqual((false, true), (first.CacheHit, second.CacheHit));
        StringAssert.StartsWith(scene.Log[0], $"cache miss {first.Key[..12]}");
        StringAssert.StartsWith(scene.Log[1], $"cache hit {first.Key[..12]}");
        CollectionAssert.AreEquivalent(digests.ToList(), MergeScene.DigestsOf(scene.Output).ToList());
        Assert.AreEqual(first.Summary.Terms[0], second.Summary.Terms[0]);
    }

    [TestMethod]
    public void With_and_without_the_cache_the_folder_is_the_same()
    {
        scene.Run(recipe, useCache: true);
        var cached = MergeScene.DigestsOf(scene.Output);

        scene.Run(recipe, useCache: false);

        CollectionAssert.AreEquivalent(cached.ToList(), MergeScene.DigestsOf(scene.Output).ToList());
        Assert.HasCount(1, Directory.GetDirectories(scene["cache", "entries"]));
    }

    [TestMethod]
    public void Moved_and_renamed_inputs_hit_since_only_content_counts()
    {
        scene.Run(recipe, useCache: true);
        foreach (var name in new[] { "target", "from", "minus" })
            ModelFolder.Copy(scene[name], scene["elsewhere", "new-" + name]);
        File.Move(scene["elsewhere", "new-from", "model.safetensors"], scene["elsewhere", "new-from", "renamed.safetensors"]);

        var moved = recipe with { Base = scene["elsewhere", "new-target"], Inputs = [MergeScene.Pair(scene["elsewhere", "new-from"], scene["elsewhere", "new-minus"], "0.5")] };

        Assert.IsTrue(scene.Run(moved, useCache: true).CacheHit);
    }

    [TestMethod]
    public void Whatever_decides_a_bit_misses()
    {
        var term = recipe.Inputs[0];
        Recipe[] others =
        [
            recipe with { Inputs = [term.With("weight", ParameterValue.Parse("0.25"))] },
            recipe with { Inputs = [term.With("weight", ParameterValue.Parse("[0.5, 0.25]"))] },
            recipe with { Inputs = [term with { Selection = TensorSelection.Parse("*.0.*", null) }] },
            recipe with { Inputs = [term, term] },
            recipe with { Inputs = [MergeScene.Pair(term.Minus!, term.Path, "0.5")] },
            recipe.With("lambda", 2),
            recipe with { OutputDType = DType.BF16 },
            recipe with { Precision = Precision.Mergekit },
            recipe with { MaxShardSize = 1 },
        ];
        var keys = new HashSet<string> { scene.Run(recipe, useCache: true).Key };
        foreach (var other in others)
        {
            var report = scene.Run(other, useCache: true);
            Assert.IsFalse(report.CacheHit, other.ToString());
            Assert.IsTrue(keys.Add(report.Key), other.ToString());
        }
    }

    [TestMethod]
    public void One_changed_weight_of_an_input_misses()
    {
        scene.Run(recipe, useCache: true);
        ModelFolder.WriteFile(scene["again.safetensors"], [.. ModelFolder.Read(scene["from"]).Select(t => t.Map(v => v == 5 ? 6 : v))]);
        File.Move(scene["again.safetensors"], scene["from", "model.safetensors"], overwrite: true);

        Assert.IsFalse(scene.Run(recipe, useCache: true).CacheHit);
        Assert.AreEqual(1 + 0.5f * (6 - 3), ModelFolder.Read(scene.Output)[0].Values[0]);
    }

    [TestMethod]
    [DataRow("model.safetensors", "content")]
    [DataRow("model.safetensors", "missing")]
    [DataRow("model.safetensors", "shorter")]
    [DataRow("entry.json", "content")]
    [DataRow("entry.json", "missing")]
    public void A_damaged_entry_is_dropped_with_a_warning_and_made_again(string file, string damage)
    {
        var key = scene.Run(recipe, useCache: true).Key;
        var digests = MergeScene.DigestsOf(scene.Output);
        // Like a failing disk: the output's bytes stay what they were.
        Directory.Delete(scene.Output, recursive: true);
        Damage(Path.Combine(Entry, file), damage);

        var report = scene.Run(recipe, useCache: true);

        Assert.IsFalse(report.CacheHit);
        report.Findings.Only("TA1007", key, $"'{file}'");
        CollectionAssert.AreEquivalent(digests.ToList(), MergeScene.DigestsOf(scene.Output).ToList());
        Assert.IsTrue(scene.Run(recipe, useCache: true).CacheHit);
    }

    [TestMethod]
    public void Editing_an_output_in_place_does_not_spoil_later_builds()
    {
        scene.Run(recipe, useCache: true);
        var digests = MergeScene.DigestsOf(scene.Output);
        using (var file = File.OpenWrite(Path.Combine(scene.Output, "model.safetensors")))
        {
            file.Seek(-1, SeekOrigin.End);
            file.WriteByte(1);
        }

        scene.Run(recipe, useCache: true);

        CollectionAssert.AreEquivalent(digests.ToList(), MergeScene.DigestsOf(scene.Output).ToList());
    }

    [TestMethod]
    public void What_is_placed_is_a_file_of_its_own()
    {
        scene.Run(recipe, useCache: true);
        scene.Run(recipe, useCache: true);

        var (cached, placed) = (Path.Combine(Entry, "model.safetensors"), Path.Combine(scene.Output, "model.safetensors"));
        Assert.AreEqual(1u, TaskArithmetic.Files.FileStatus.Of(placed).Links);
        Assert.AreEqual(1u, TaskArithmetic.Files.FileStatus.Of(cached).Links);
        CollectionAssert.AreEqual(File.ReadAllBytes(cached), File.ReadAllBytes(placed));
    }

    [TestMethod]
    public void A_file_is_copied_to_another_file_system()
    {
        if (!Directory.Exists("/dev/shm"))
            Assert.Inconclusive("needs a second file system at /dev/shm");
        File.WriteAllText(scene["source"], "content");
        var destination = $"/dev/shm/taskarithmetic-{Guid.NewGuid():N}";
        try
        {
            Assert.AreEqual("copy", TaskArithmetic.Caching.FilePlacement.Place(scene["source"], destination, null));
            Assert.AreEqual("content", File.ReadAllText(destination));
        }
        finally
        {
            File.Delete(destination);
        }
    }

    private static void Damage(string file, string damage)
    {
        if (damage == "missing")
        {
            File.Delete(file);
            return;
        }
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var stream = File.OpenWrite(file);
        if (damage == "shorter")
            stream.SetLength(stream.Length - 1);
        else
            stream.WriteByte(0xff);
    }
}
