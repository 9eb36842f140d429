using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Merging;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Diagnostics;

namespace TaskArithmetic.Tests.Merging;

/// <summary>Cancellation and failures in the middle, in this process so that the moment is exact.</summary>
[TestClass]
public sealed class InterruptedMergeTests
{
    private const int Shards = 6;

    private readonly MergeScene scene = new();
    private readonly Recipe recipe;

    public InterruptedMergeTests()
    {
        string Model(string name, int seed) => ModelFolder.Write(
            scene[name], ModelFolder.Config, [.. Enumerable.Range(0, Shards).Select(i => TestTensor.Random($"model.layers.{i}.w", DType.F32, seed + i, 0.1f, 64, 64))]);
        recipe = MergeScene.RecipeOf(Model("target", 10), MergeScene.Pair(Model("from", 20), Model("minus", 30), "0.5")) with { MaxShardSize = 1 };
    }

    [TestCleanup]
    public void RemoveFolders() => scene.Dispose();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_cancelled_merge_shows_nothing_and_the_next_run_goes_on_where_it_was(bool useCache)
    {
        MergeScene.Settle();
        scene.Run(recipe);
        var expected = MergeScene.DigestsOf(scene.Output);
        Directory.Delete(scene.Output, recursive: true);

        // One chunk per shard: during the fourth report three files are finished.
        Assert.ThrowsExactly<OperationCanceledException>(() => InterruptAt(4, useCache, (_, cancellation) => cancellation.Cancel()));
        Assert.IsFalse(Directory.Exists(scene.Output));
        scene.Log.Clear();
        scene.Run(recipe, useCache);

        StringAssert.StartsWith(scene.Log[0], $"resumed: 3 of {Shards} files");
        CollectionAssert.AreEquivalent(expected.ToList(), MergeScene.DigestsOf(scene.Output).ToList());
        CollectionAssert.AreEqual(new[] { "model" }, Directory.GetFileSystemEntries(scene["out"]).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void What_a_killed_run_left_beside_finished_files_does_not_get_into_the_model(bool useCache)
    {
        MergeScene.Settle();
        Assert.ThrowsExactly<OperationCanceledException>(() => InterruptAt(4, useCache, (_, cancellation) => cancellation.Cancel()));
        var work = WorkFolder(useCache);
        File.WriteAllText(Path.Combine(work, "model-00001-of-00006.safetensors.done.json.0123.tmp"), "");
        File.WriteAllText(Path.Combine(work, "tokenizer.json"), "");
        Directory.CreateDirectory(Path.Combine(work, "additional_chat_templates"));
        // A shard that is not what its note says, and a note that was cut short.
        using (var shard = File.OpenWrite(Path.Combine(work, "model-00001-of-00006.safetensors")))
        {
            shard.Seek(-1, SeekOrigin.End);
            shard.WriteByte(99);
        }
        File.WriteAllText(Path.Combine(work, "model-00002-of-00006.safetensors.done.json"), "{\"Sha");

        scene.Log.Clear();
        scene.Run(recipe, useCache);

        StringAssert.StartsWith(scene.Log[0], $"resumed: 1 of {Shards} files");
        var resumed = MergeScene.DigestsOf(scene.Output);
        ModelMerge.Run(recipe, scene["fresh"], scene.Options with { UseCache = false }, CancellationToken.None);
        CollectionAssert.AreEquivalent(MergeScene.DigestsOf(scene["fresh"]).ToList(), resumed.ToList());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Work_on_inputs_that_were_written_just_now_is_not_resumed_since_they_may_have_changed_unseen(bool useCache)
    {
        File.SetLastWriteTimeUtc(scene["from", "model.safetensors"], DateTime.UtcNow);
        Assert.ThrowsExactly<OperationCanceledException>(() => InterruptAt(4, useCache, (_, cancellation) => cancellation.Cancel()));

        scene.Log.Clear();
        scene.Run(recipe, useCache);

        Assert.IsFalse(scene.Log.Any(l => l.StartsWith("resumed", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Work_on_an_input_that_was_edited_in_between_with_its_date_put_back_is_not_resumed(bool useCache)
    {
        MergeScene.Settle();
        Assert.ThrowsExactly<OperationCanceledException>(() => InterruptAt(4, useCache, (_, cancellation) => cancellation.Cancel()));
        var donor = scene["minus", "model.safetensors"];
        var date = File.GetLastWriteTimeUtc(donor);
        using (var file = new FileStream(donor, FileMode.Open, FileAccess.ReadWrite))
        {
            // The high byte of the first tensor's last value, which went into a file that was finished.
            file.Seek(-1 - ((Shards - 1) * 64 * 64 * 4), SeekOrigin.End);
            file.WriteByte(0x3f);
        }
        File.SetLastWriteTimeUtc(donor, date);

        scene.Run(recipe, useCache);

        var merged = MergeScene.DigestsOf(scene.Output);
        ModelMerge.Run(recipe, scene["fresh"], scene.Options with { UseCache = false, CacheDirectory = null }, CancellationToken.None);
        CollectionAssert.AreEquivalent(MergeScene.DigestsOf(scene["fresh"]).ToList(), merged.ToList());
    }

    [TestMethod]
    public void Work_of_another_recipe_is_not_resumed()
    {
        Assert.ThrowsExactly<OperationCanceledException>(() => InterruptAt(4, false, (_, cancellation) => cancellation.Cancel()));

        scene.Log.Clear();
        scene.Run(recipe with { Inputs = [recipe.Inputs[0].With("weight", ParameterValue.Parse("0.25"))] });

        Assert.IsFalse(scene.Log.Any(l => l.StartsWith("resumed", StringComparison.Ordinal)));
        CollectionAssert.AreEqual(new[] { "model" }, Directory.GetFileSystemEntries(scene["out"]).Select(Path.GetFileName).ToArray(), "the other recipe's work stayed");
    }

    [TestMethod]
    public void A_model_that_is_there_stays_until_the_new_one_is_whole()
    {
        scene.Run(recipe);
        var before = MergeScene.DigestsOf(scene.Output);
        var other = recipe with { Inputs = [recipe.Inputs[0].With("weight", ParameterValue.Parse("0.25"))] };

        Assert.ThrowsExactly<OperationCanceledException>(() => InterruptAt(4, false, (_, cancellation) => cancellation.Cancel(), other));

        CollectionAssert.AreEquivalent(before.ToList(), MergeScene.DigestsOf(scene.Output).ToList());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void An_input_that_is_cut_short_while_it_is_read_is_refused_and_nothing_stays(bool useCache)
    {
        var donor = scene["from", "model.safetensors"];

        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => InterruptAt(2, useCache, (_, _) =>
        {
            using var file = new FileStream(donor, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.SetLength(file.Length / 2);
        }));

        refusal.Diagnostics.Only("TA2001", donor, "the file ended at offset");
        AssertNothingStays();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void An_input_that_is_written_to_while_it_is_read_does_not_get_into_a_model_or_the_cache(bool useCache)
    {
        var donor = scene["minus", "model.safetensors"];
        File.SetLastWriteTimeUtc(donor, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => InterruptAt(2, useCache, (_, _) =>
        {
            using var file = new FileStream(donor, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.Seek(-1, SeekOrigin.End);
            file.WriteByte(7);
        }));

        refusal.Diagnostics.Only("TA2001", donor, "changed while it was read");
        AssertNothingStays();
    }

    [TestMethod]
    public void A_work_folder_that_cannot_be_written_is_a_coded_error()
    {
        Assert.ThrowsExactly<OperationCanceledException>(() => InterruptAt(2, false, (_, cancellation) => cancellation.Cancel()));
        var work = WorkFolder(useCache: false);
        Directory.Delete(work, recursive: true);
        File.WriteAllText(work, "a file where the work folder has to be");

        Assert.ThrowsExactly<DiagnosticException>(() => scene.Run(recipe)).Diagnostics.Only("TA3005", scene["out"]);
        Assert.IsFalse(Directory.Exists(scene.Output));
    }

    /// <summary>Merges on one thread and interferes during the n-th report of progress.</summary>
    private MergeReport InterruptAt(int report, bool useCache, Action<long, CancellationTokenSource> interfere, Recipe? other = null)
    {
        using var cancellation = new CancellationTokenSource();
        var seen = 0;
        var progress = new Interference(bytes =>
        {
            if (++seen == report)
                interfere(bytes, cancellation);
        });
        return ModelMerge.Run(other ?? recipe, scene.Output, scene.Options with { Threads = 1, UseCache = useCache, Progress = progress }, cancellation.Token);
    }

    private string WorkFolder(bool useCache) =>
        Directory.GetDirectories(useCache ? scene["cache", "entries"] : scene["out"], "*.partial", new EnumerationOptions { AttributesToSkip = 0 }).Single();

    private void AssertNothingStays()
    {
        Assert.IsEmpty(Directory.GetFileSystemEntries(scene["out"]));
        Assert.IsEmpty(Directory.Exists(scene["cache", "entries"]) ? Directory.GetDirectories(scene["cache", "entries"]) : []);
    }

    private sealed class Interference(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
