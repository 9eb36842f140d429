using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Tests.Diagnostics;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Caching;

[TestClass]
public sealed class ContentCacheTests
{
    private readonly TemporaryFolder folder = new();
    private readonly ContentCache cache;

    public ContentCacheTests() => cache = new ContentCache(folder["cache"]);

    [TestCleanup]
    public void RemoveFolders() => folder.Dispose();

    [TestMethod]
    public void Pruning_drops_the_least_recently_used_until_the_rest_fits()
    {
        foreach (var (key, hours) in new[] { ("a", -3), ("b", -1), ("c", -2) })
        {
            Add(key, 100);
            File.SetLastWriteTimeUtc(Path.Combine(cache.FolderOf(key), "entry.json"), DateTime.UtcNow.AddHours(hours));
        }
        CollectionAssert.AreEqual(new[] { "a", "c", "b" }, Keys());
        Assert.IsTrue(Add("a", 100), "a use makes it the most recent");
        CollectionAssert.AreEqual(new[] { "c", "b", "a" }, Keys());

        Assert.AreEqual((0, 0L), cache.Prune(300));
        Assert.AreEqual((1, 100L), cache.Prune(299));
        CollectionAssert.AreEqual(new[] { "b", "a" }, Keys());
        Assert.AreEqual((2, 200L), cache.Prune(0));
        Assert.IsEmpty(cache.List());
    }

    [TestMethod]
    public void Pruning_leaves_what_is_in_use_and_drops_what_killed_runs_left()
    {
        Add("used", 10);
        Directory.CreateDirectory(cache.FolderOf("killed") + ".partial");
        File.WriteAllText(Path.Combine(cache.FolderOf("killed") + ".partial", "half"), "12345");
        Directory.CreateDirectory(cache.FolderOf("working") + ".partial");
        using var working = FolderLock.TryAcquire(cache.FolderOf("working") + ".lock");

        var (entries, bytes) = cache.Use("used", Fail, Warn, (_, _) => cache.Prune(0), CancellationToken.None);

        Assert.AreEqual((0, 5L), (entries, bytes));
        CollectionAssert.AreEqual(new[] { "used" }, Keys());
        Assert.IsTrue(Directory.Exists(cache.FolderOf("working") + ".partial"));
    }

    [TestMethod]
    public void A_run_killed_just_before_its_entry_appeared_is_no_entry()
    {
        Add("whole", 10);
        var partial = cache.FolderOf("killed") + ".partial";
        Directory.CreateDirectory(partial);
        File.WriteAllBytes(Path.Combine(partial, "entry.json"), JsonSerializer.SerializeToUtf8Bytes(new CacheEntry("killed", "merge", [new FileRecord("x", 1, "")], JsonSerializer.SerializeToElement(0))));

        CollectionAssert.AreEqual(new[] { "whole" }, Keys());
        Assert.AreEqual((1, 0), (cache.Verify().Intact, cache.Verify().Dropped.Count));
        cache.Prune(0);
        Assert.IsFalse(Directory.Exists(partial));
    }

    [TestMethod]
    public void Verifying_reads_every_byte_and_drops_what_is_damaged()
    {
        foreach (var key in new[] { "good", "flipped", "undescribed" })
            Add(key, 10);
        var flipped = Path.Combine(cache.FolderOf("flipped"), "data");
        var time = File.GetLastWriteTimeUtc(flipped);
        File.WriteAllBytes(flipped, new byte[10].Select((_, i) => (byte)(200 + i)).ToArray());
        File.SetLastWriteTimeUtc(flipped, time);
        File.WriteAllText(Path.Combine(cache.FolderOf("undescribed"), "entry.json"), "{}");

        var (intact, dropped) = cache.Verify();

        Assert.AreEqual(1, intact);
        Assert.HasCount(2, dropped);
        Assert.IsTrue(dropped.All(d => d.Code == "TA1007"));
        CollectionAssert.AreEqual(new[] { "good" }, Keys());
        Assert.IsFalse(Directory.Exists(cache.FolderOf("undescribed")));
    }

    [TestMethod]
    public void Work_that_is_refused_leaves_nothing_to_resume_and_work_that_is_cancelled_does()
    {
        Assert.ThrowsExactly<DiagnosticException>(() => Make(_ => throw new DiagnosticException(Diagnostic.Error("TA9999", "no"))));
        Assert.IsEmpty(Directory.GetDirectories(Path.Combine(cache.Root, "entries")));

        Assert.ThrowsExactly<OperationCanceledException>(() => Make(_ => throw new OperationCanceledException()));
        string? resumed = null;
        Make(partial => (resumed = File.ReadAllText(Path.Combine(partial, "half"))) is "half" ? Fill(partial, 1) : throw new InvalidOperationException());
        Assert.AreEqual("half", resumed);

        void Make(Func<string, CacheEntry> then) => cache.GetOrMake("k", partial =>
        {
            if (!File.Exists(Path.Combine(partial, "half")))
                File.WriteAllText(Path.Combine(partial, "half"), "half");
            return then(partial);
        }, Warn, CancellationToken.None);
    }

    [TestMethod]
    public void Only_one_of_many_makes_an_entry_and_all_get_it()
    {
        var made = 0;

        var entries = Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(8).Select(_ => cache.GetOrMake("k", partial =>
        {
            Interlocked.Increment(ref made);
            return Fill(partial, 5);
        }, Warn, CancellationToken.None)).ToList();

        Assert.AreEqual(1, made);
        Assert.HasCount(1, entries.Where(e => !e.Hit).ToList());
        Assert.IsTrue(entries.All(e => e.Entry.Size == 5));
    }

    [TestMethod]
    public void Waiting_for_another_process_ends_when_it_is_cancelled()
    {
        Directory.CreateDirectory(Path.Combine(cache.Root, "entries"));
        using var other = FolderLock.TryAcquire(cache.FolderOf("k") + ".lock");
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        Assert.ThrowsExactly<OperationCanceledException>(() => cache.GetOrMake("k", Fail, Warn, cancellation.Token));
    }

    [TestMethod]
    public void A_folder_that_cannot_be_a_cache_is_refused_by_every_command()
    {
        File.WriteAllText(folder["file"], "");
        var unusable = new ContentCache(folder["file", "cache"]);

        Assert.ThrowsExactly<DiagnosticException>(() => unusable.GetOrMake("k", Fail, Warn, CancellationToken.None)).Diagnostics.Only("TA0010", folder["file", "cache"]);
        Assert.IsEmpty(unusable.List());
        Assert.AreEqual((0, 0L), unusable.Prune(0));
    }

    private bool Add(string key, int size) => cache.GetOrMake(key, partial => Fill(partial, size), Warn, CancellationToken.None).Hit;

    private static CacheEntry Fill(string partial, int size)
    {
        var file = Path.Combine(partial, "data");
        File.WriteAllBytes(file, new byte[size]);
        return new CacheEntry("", "test", [new FileRecord("data", size, FileDigests.Compute(file))], JsonSerializer.SerializeToElement(0));
    }

    private string[] Keys() => [.. cache.List().Select(e => e.Entry.Key)];

    private static CacheEntry Fail(string partial) => throw new InvalidOperationException("it was there already");

    private static void Warn(Diagnostic diagnostic) => throw new InvalidOperationException(diagnostic.Message);
}
