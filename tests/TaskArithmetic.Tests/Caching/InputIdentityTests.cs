using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Caching;
using TaskArithmetic.Merging;
using TaskArithmetic.Provenance;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Merging;

namespace TaskArithmetic.Tests.Caching;

/// <summary>Other bytes under a name, date, size or inode that was seen before are other inputs, whoever put them there and however.</summary>
[TestClass]
public sealed class InputIdentityTests
{
    private const ulong Elements = 4096;

    private readonly MergeScene scene = new();
    private readonly Recipe recipe;

    public InputIdentityTests()
    {
        string Model(string name, int seed) => scene.Model(name, TestTensor.Random("model.layers.0.w", DType.F32, seed, 0.1f, Elements));
        recipe = MergeScene.RecipeOf(Model("target", 1), MergeScene.Pair(Model("from", 2), Model("minus", 3), "0.5"));
    }

    [TestCleanup]
    public void RemoveFolders() => scene.Dispose();

    private string Donor => scene["from", "model.safetensors"];

    [TestMethod]
    public void A_file_written_over_with_size_inode_and_date_kept_is_another_input()
    {
        var first = Remembered();
        var date = File.GetLastWriteTimeUtc(Donor);

        using (var file = new FileStream(Donor, FileMode.Open, FileAccess.ReadWrite))
            EditLastByte(file);
        File.SetLastWriteTimeUtc(Donor, date);

        AssertIsMergedAnew(first);
    }

    [TestMethod]
    public void A_file_unpacked_anew_with_its_fixed_date_is_another_input()
    {
        File.SetLastWriteTimeUtc(Donor, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var first = Remembered();
        var bytes = File.ReadAllBytes(Donor);
        bytes[^1] ^= 1;

        // Removed first, as archivers do; file systems like to give the number of a removed file to the next one.
        File.Delete(Donor);
        File.WriteAllBytes(Donor, bytes);
        File.SetLastWriteTimeUtc(Donor, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        AssertIsMergedAnew(first);
    }

    [TestMethod]
    public void An_edit_through_another_name_of_the_file_with_its_date_kept_is_another_input()
    {
        using (var link = Process.Start("ln", [Donor, scene["other-name"]]))
            link.WaitForExit();
        if (!File.Exists(scene["other-name"]))
            Assert.Inconclusive("the file system has no hard links");
        var first = Remembered();
        var date = File.GetLastWriteTimeUtc(Donor);

        using (var file = new FileStream(scene["other-name"], FileMode.Open, FileAccess.ReadWrite))
            EditLastByte(file);
        File.SetLastWriteTimeUtc(scene["other-name"], date);

        AssertIsMergedAnew(first);
    }

    [TestMethod]
    public void An_edit_through_a_mapping_whose_page_was_dirty_before_is_another_input()
    {
        using var mapped = MemoryMappedFile.CreateFromFile(Donor, FileMode.Open);
        using var view = mapped.CreateViewAccessor();
        var last = new FileInfo(Donor).Length - 1;
        view.Write(last, view.ReadByte(last));
        var first = Remembered();

        view.Write(last, (byte)(view.ReadByte(last) ^ 1));

        AssertIsMergedAnew(first);
    }

    [TestMethod]
    public void A_damaged_blob_of_the_hub_is_not_taken_for_what_its_name_says_and_spoils_nothing()
    {
        var blob = scene["hub", "models--org--m", "blobs", FileDigests.Compute(Donor)];
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        var snapshot = ModelFolder.Copy(scene["from"], scene["hub", "models--org--m", "snapshots", "r1"]);
        File.Move(Path.Combine(snapshot, "model.safetensors"), blob);
        File.CreateSymbolicLink(Path.Combine(snapshot, "model.safetensors"), blob);
        var good = File.ReadAllBytes(blob);
        using (var file = new FileStream(blob, FileMode.Open, FileAccess.ReadWrite))
            EditLastByte(file);
        var fromHub = recipe with { Inputs = [MergeScene.Pair(snapshot, scene["minus"], "0.5")] };
        var damaged = scene.Run(fromHub, useCache: true);
        AssertRecordedDigestsAreThoseOfTheFiles();

        File.WriteAllBytes(blob, good);
        var repaired = scene.Run(fromHub, useCache: true);

        Assert.AreNotEqual(damaged.Key, repaired.Key);
        Assert.IsFalse(repaired.CacheHit);
        var honest = scene.Run(recipe, useCache: true);
        Assert.AreEqual(repaired.Key, honest.Key);
        AssertWeightsAreThoseOfAMergeWithoutAnyCache(recipe);
    }

    [TestMethod]
    [DataRow("edit")]
    [DataRow("mapping")]
    public void An_edit_of_the_output_does_not_reach_the_cache(string by)
    {
        var first = Remembered();
        var model = Path.Combine(scene.Output, "model.safetensors");
        var date = File.GetLastWriteTimeUtc(model);
        if (by == "mapping")
        {
            using var mapped = MemoryMappedFile.CreateFromFile(model, FileMode.Open);
            using var view = mapped.CreateViewAccessor();
            view.Write(view.Capacity - 5000, (byte)99);
        }
        else
        {
            using var file = new FileStream(model, FileMode.Open, FileAccess.ReadWrite);
            EditLastByte(file);
        }
        File.SetLastWriteTimeUtc(model, date);

        var again = scene.Run(recipe, useCache: true);

        Assert.IsTrue(again.CacheHit);
        Assert.AreEqual(first, again.Key);
        AssertWeightsAreThoseOfAMergeWithoutAnyCache(recipe);
        Assert.IsEmpty(new ContentCache(scene.Cache).Verify().Dropped);
    }

    [TestMethod]
    public void A_first_merge_records_the_digest_of_every_input_although_it_hashes_them_on_the_way()
    {
        // Tensors that are not merged, another order in the files than in the output, shards, a tensor of several chunks, one file that is two inputs.
        TestTensor[] Tensors(int seed) =>
        [
            TestTensor.Random("lm_head.weight", DType.F32, seed, 0.1f, 300, 500),
            TestTensor.Random("model.embed.weight", DType.BF16, seed + 1, 0.1f, 300, 500),
            TestTensor.Random("model.layers.0.w", DType.F32, seed + 2, 0.1f, 100, 100),
            TestTensor.Random("model.layers.1.w", DType.BF16, seed + 3, 0.1f, 100, 100),
        ];
        var target = scene.Model("big-target", Tensors(10));
        var terms = new[] { MergeScene.Pair(scene.Model("big-from", Tensors(20)), target, "0.5", exclude: "*embed*"), MergeScene.Pair(scene.Model("big-third", Tensors(30)), target, "0.25") };
        var mixed = MergeScene.RecipeOf(target, terms) with { MaxShardSize = 500_000 };

        scene.Run(mixed, useCache: true);

        AssertRecordedDigestsAreThoseOfTheFiles();
        var sharded = mixed with { Base = scene.Output, Inputs = [mixed.Inputs[0], MergeScene.Pair(scene["big-third"], target, "1")] };
        ModelMerge.Run(sharded, scene["out", "second"], scene.Options, CancellationToken.None);
        AssertRecordedDigestsAreThoseOfTheFiles(scene["out", "second"]);
    }

    /// <summary>Merges twice, the second time from memory, and tells the key.</summary>
    private string Remembered()
    {
        MergeScene.Settle();
        scene.Run(recipe, useCache: true);
        var again = scene.Run(recipe, useCache: true);
        Assert.IsTrue(again.CacheHit);
        return again.Key;
    }

    private void AssertIsMergedAnew(string firstKey)
    {
        var report = scene.Run(recipe, useCache: true);
        Assert.AreNotEqual(firstKey, report.Key);
        Assert.IsFalse(report.CacheHit);
        AssertRecordedDigestsAreThoseOfTheFiles();
        AssertWeightsAreThoseOfAMergeWithoutAnyCache(recipe);
    }

    private void AssertWeightsAreThoseOfAMergeWithoutAnyCache(Recipe what)
    {
        var placed = MergeScene.WeightDigestsOf(scene.Output);
        ModelMerge.Run(what, scene["fresh"], scene.Options with { UseCache = false, CacheDirectory = null }, CancellationToken.None);
        CollectionAssert.AreEquivalent(MergeScene.WeightDigestsOf(scene["fresh"]).ToList(), placed.ToList());
    }

    private void AssertRecordedDigestsAreThoseOfTheFiles(string? model = null)
    {
        foreach (var input in ProvenanceFile.Read(model ?? scene.Output).Inputs)
        {
            foreach (var file in input.Files)
                Assert.AreEqual(FileDigests.Compute(Path.Combine(input.Reference, file.Name)), file.Sha256, $"{input.Role} {file.Name}");
        }
    }

    private static void EditLastByte(FileStream file)
    {
        file.Seek(-1, SeekOrigin.End);
        var value = file.ReadByte();
        file.Seek(-1, SeekOrigin.End);
        file.WriteByte((byte)(value ^ 1));
    }
}
