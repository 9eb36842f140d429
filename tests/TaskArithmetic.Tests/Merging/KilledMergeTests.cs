using System.Diagnostics;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;

namespace TaskArithmetic.Tests.Merging;

/// <summary>A real process, really killed: what is visible afterwards is whole or absent, and the next run goes on.</summary>
[TestClass]
public sealed class KilledMergeTests
{
    /// <summary>With and without cache, 20 in all.</summary>
    private const int Kills = 10;
    private const int Shards = 12;
    private const ulong Extent = 1 << 9;

    private readonly MergeScene scene = new();

    [TestCleanup]
    public void RemoveFolders() => scene.Dispose();

    [TestMethod]
    [DataRow("uncached")]
    [DataRow("cached")]
    public void Killed_at_any_moment_a_merge_leaves_nothing_half_written_and_the_next_run_resumes(string cached)
    {
        WriteModels();
        var (expected, duration) = RunWhole(cached);
        Assert.HasCount(Shards, expected.Keys.Where(f => f.EndsWith(".safetensors", StringComparison.Ordinal)).ToList());
        Reset();
        var random = new Random(20250607);
        var completed = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            using (var merger = Start(cached))
            {
                merger.WaitUntilMerging();
                merger.KillAfter(duration * random.NextDouble());
            }
            if (!Directory.Exists(scene.Output))
                continue;
            AssertWhole(expected);
            completed++;
            Reset();
        }
        Assert.IsLessThan(Kills, completed, "no run was killed in time, so this test shows nothing");

        // One that is surely cut short between shards: killed when the first note of a finished shard appears.
        do
        {
            Reset();
            KillAfterFirstShard(cached);
        }
        while (!SomeShardIsFinished(cached));
        Assert.IsFalse(Directory.Exists(scene.Output));
        using (var merger = Start(cached))
            Assert.IsTrue(merger.Finish().Any(l => l.StartsWith("resumed: ", StringComparison.Ordinal)), "nothing was resumed");
        AssertWhole(expected);
        CollectionAssert.AreEqual(new[] { "model" }, Directory.GetFileSystemEntries(scene["out"]).Select(Path.GetFileName).ToArray(), "leftovers stayed beside the output");
    }

    [TestMethod]
    public void Several_processes_that_make_the_same_model_at_once_all_succeed()
    {
        WriteModels();
        var (expected, _) = RunWhole("cached");
        Reset();

        var mergers = new[] { scene.Output, scene.Output, scene["out", "other"] }.Select(output => Start("cached", output)).ToList();
        var logs = mergers.Select(m => m.Finish()).ToList();
        mergers.ForEach(m => m.Dispose());

        Assert.IsTrue(logs.All(l => l[^1] == "done"));
        Assert.HasCount(1, logs.Where(l => l.Any(line => line.StartsWith("cache miss", StringComparison.Ordinal))).ToList(), "only one had to merge");
        AssertWhole(expected);
        CollectionAssert.AreEquivalent(
            expected.Where(f => f.Key.EndsWith(".safetensors", StringComparison.Ordinal)).ToList(),
            MergeScene.DigestsOf(scene["out", "other"]).Where(f => f.Key.EndsWith(".safetensors", StringComparison.Ordinal)).ToList());
        CollectionAssert.AreEquivalent(new[] { "model", "other" }, Directory.GetFileSystemEntries(scene["out"]).Select(Path.GetFileName).ToArray());
    }

    private void WriteModels()
    {
        foreach (var (name, seed) in new[] { ("target", 1), ("from", 2), ("minus", 3) })
            ModelFolder.Write(scene[name], ModelFolder.Config, [.. Enumerable.Range(0, Shards).Select(i => TestTensor.Random($"model.layers.{i}.w", DType.BF16, seed * 100 + i, 0.1f, Extent, Extent))]);
    }

    private (IReadOnlyDictionary<string, string> Digests, TimeSpan Duration) RunWhole(string cached)
    {
        using var merger = Start(cached);
        merger.WaitUntilMerging();
        var clock = Stopwatch.StartNew();
        merger.Finish();
        return (MergeScene.DigestsOf(scene.Output), clock.Elapsed);
    }

    private void KillAfterFirstShard(string cached)
    {
        using var merger = Start(cached);
        merger.WaitUntilMerging();
        while (!merger.HasExited && !SomeShardIsFinished(cached))
        {
        }
        merger.KillAfter(TimeSpan.Zero);
    }

    private bool SomeShardIsFinished(string cached)
    {
        var folder = cached == "cached" ? scene["cache", "entries"] : scene["out"];
        return Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.done.json", SearchOption.AllDirectories).Any();
    }

    private MergerProcess Start(string cached, string? output = null) =>
        MergerProcess.Start(scene["target"], scene["from"], scene["minus"], output ?? scene.Output, scene.Cache, cached);

    private void Reset()
    {
        foreach (var folder in new[] { scene["out"], scene["cache", "entries"] }.Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
    }

    private void AssertWhole(IReadOnlyDictionary<string, string> expected) =>
        CollectionAssert.AreEquivalent(expected.ToList(), MergeScene.DigestsOf(scene.Output).ToList());
}
