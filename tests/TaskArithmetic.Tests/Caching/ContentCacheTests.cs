using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Tests.Diagnostics;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Caching;

[TestClass]
public sealed class ContentCacheTests
{
    private readonly TemporaryFolder folder = new();
    private readonly ContentCache cache;
    private readonly Dictionary<string, string> names = [];
    private readonly List<Diagnostic> warnings = [];

    public ContentCacheTests() => cache = new ContentCache(folder["cache"]);

    [TestCleanup]
    public void RemoveFolders() => folder.Dispose();

    [TestMethod]
    public void Pruning_drops_the_least_recently_used_until_the_rest_fits()
    {
        foreach (var (key, hours) in new[] { ("a", -3), ("b", -1), ("c", -2) })
        {
            Add(key, 100);
            File.SetLastWriteTimeUtc(Path.Combine(FolderOf(key), "entry.json"), DateTime.UtcNow.AddHours(hours));
        }
        CollectionAssert.AreEqual(new[] { "a", "c", "b" }, Keys());
        Assert.IsTrue(Add("a", 100), "a use makes it the most recent");
        CollectionAssert.AreEqual(new[] { "c", "b", "a" }, Keys());

        Assert.AreEqual((0, 0L), cache.Prune(300));
        Assert.AreEqual((1, 100L), cache.Prune(299));
        CollectionAssert.AreEqual(new[] { "b", "a" }, Keys());
        Assert.AreEqual((2, 200L), cache.Prune(0));
        Assert.IsEmpty(cache.List());
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder["cache", "entries"]), "locks of what is gone stay");
    }

    [TestMethod]
    public void Pruning_leaves_what_is_in_use_and_drops_what_killed_runs_left()
    {
        Add("used", 10);
        Directory.CreateDirectory(FolderOf("killed") + ".partial");
        File.WriteAllText(Path.Combine(FolderOf("killed") + ".partial", "half"), "12345");
        Directory.CreateDirectory(FolderOf("working") + ".partial");
        using var working = FolderLock.TryAcquire(FolderOf("working") + ".partial.lock");

        var (entries, bytes) = Use("used", Fail, _ => Tuple.Create(cache.Prune(0))).Item1;

        Assert.AreEqual((0, 5L), (entries, bytes));
        CollectionAssert.AreEqual(new[] { "used" }, Keys());
        Assert.IsTrue(Directory.Exists(FolderOf("working") + ".partial"));
    }

    [TestMethod]
    public void A_run_killed_just_before_its_entry_appeared_is_no_entry()
    {
        Add("whole", 10);
        var partial = FolderOf("killed") + ".partial";
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
        var flipped = Path.Combine(FolderOf("flipped"), "data");
        var time = File.GetLastWriteTimeUtc(flipped);
        File.Delete(flipped);
        File.WriteAllBytes(flipped, new byte[10].Select((_, i) => (byte)(200 + i)).ToArray());
        File.SetLastWriteTimeUtc(flipped, time);
        File.WriteAllText(Path.Combine(FolderOf("undescribed"), "entry.json"), "{}");

        var (intact, dropped) = cache.Verify();

        Assert.AreEqual(1, intact);
        Assert.HasCount(2, dropped);
        Assert.IsTrue(dropped.All(d => d.Code == "TA1007"));
        CollectionAssert.AreEqual(new[] { "good" }, Keys());
        Assert.IsFalse(Directory.Exists(FolderOf("undescribed")));
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

        void Make(Func<string, CacheEntry> then) => Use("k", partial =>
        {
            if (!File.Exists(Path.Combine(partial, "half")))
                File.WriteAllText(Path.Combine(partial, "half"), "half");
            return then(partial);
        });
    }

    [TestMethod]
    public void Only_one_of_many_makes_an_entry_and_all_get_it()
    {
        var made = 0;

        var entries = Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(8).Select(_ => Use("k", partial =>
        {
            Interlocked.Increment(ref made);
            return Fill(partial, 5);
        })).ToList();

        Assert.AreEqual(1, made);
        Assert.HasCount(1, entries.Where(e => !e.Hit).ToList());
        Assert.IsTrue(entries.All(e => e.Entry.Size == 5));
    }

    [TestMethod]
    public void Waiting_for_another_process_ends_when_it_is_cancelled()
    {
        Directory.CreateDirectory(Path.Combine(cache.Root, "entries"));
        using var other = FolderLock.TryAcquire(FolderOf("k") + ".partial.lock");
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        Assert.ThrowsExactly<OperationCanceledException>(() => Use("k", Fail, cancellation.Token));
    }

    [TestMethod]
    public void A_folder_that_cannot_be_a_cache_stops_nothing_and_says_so()
    {
        File.WriteAllText(folder["file"], "");
        var unusable = new ContentCache(folder["file", "cache"]);

        Assert.IsNull(unusable.TryUse(new CacheRequest(Key("k"), () => Key("k"), Fail, _ => true), entry => entry, warnings.Add, CancellationToken.None));
        warnings.Only("TA1009", folder["file", "cache"], "--cache-dir");
        Assert.IsEmpty(unusable.List());
        Assert.AreEqual((0, 0L), unusable.Prune(0));
    }

    [TestMethod]
    public void What_stands_among_the_entries_and_is_not_ours_is_left_alone_and_named()
    {
        Add("ours", 10);
        Directory.CreateDirectory(folder["cache", "entries", "thesis"]);
        File.WriteAllText(folder["cache", "entries", "thesis", "thesis.tex"], "years");
        File.WriteAllText(folder["cache", "entries", "notes.txt"], "more");

        cache.Prune(0);
        cache.Verify();

        Assert.AreEqual("years", File.ReadAllText(folder["cache", "entries", "thesis", "thesis.tex"]));
        cache.Foreign().Only("TA1010", "'notes.txt'", "'thesis'");
        Assert.IsEmpty(cache.List());
    }

    [TestMethod]
    [DataRow("prune")]
    [DataRow("verify")]
    [DataRow("use")]
    public void An_entry_that_is_a_link_is_unlinked_and_what_it_leads_to_stays(string by)
    {
        Add("linked", 10);
        Directory.Move(FolderOf("linked"), folder["elsewhere"]);
        Directory.CreateSymbolicLink(FolderOf("linked"), folder["elsewhere"]);

        if (by == "prune")
            cache.Prune(long.MaxValue);
        else if (by == "verify")
            Assert.HasCount(1, cache.Verify().Dropped);
        else
            Assert.IsFalse(Use("linked", partial => Fill(partial, 10), warn: warnings.Add).Hit);

        Assert.IsNull(new DirectoryInfo(FolderOf("linked")).LinkTarget);
        Assert.IsTrue(File.Exists(folder["elsewhere", "data"]));
    }

    [TestMethod]
    public void Many_prunes_and_verifications_beside_work_all_succeed()
    {
        using var done = new CancellationTokenSource();
        var upkeep = Enumerable.Range(0, 4).Select(i => Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                if (i % 2 == 0)
                    cache.Prune(0);
                else
                    cache.Verify();
                cache.List();
            }
        })).ToList();

        for (var round = 0; round < 60; round++)
        {
            var (placed, size) = (folder[$"out{round}"], round);
            Directory.CreateDirectory(placed);
            Use($"k{round % 5}", partial => Fill(partial, size % 5), entry =>
            {
                entry.PlaceIn(placed);
                return "placed";
            });
            Assert.AreEqual(round % 5, new FileInfo(Path.Combine(placed, "data")).Length);
        }
        done.Cancel();

        Task.WaitAll(upkeep);
    }

    [TestMethod]
    public void Stored_files_are_read_only_and_placed_ones_are_the_users()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("has no such modes");
            return;
        }
        Add("k", 10);

        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(Path.Combine(FolderOf("k"), "data")));
        Directory.CreateDirectory(folder["placed"]);
        Use("k", Fail, entry =>
        {
            entry.PlaceIn(folder["placed"]);
            return entry;
        });
        Assert.IsTrue(File.GetUnixFileMode(folder["placed", "data"]).HasFlag(UnixFileMode.UserWrite));
    }

    private bool Add(string name, int size)
    {
        names[Key(name)] = name;
        return Use(name, partial => Fill(partial, size)).Hit;
    }

    private CachedEntry Use(string name, Func<string, CacheEntry> make, CancellationToken cancellationToken = default, Action<Diagnostic>? warn = null) =>
        Use(name, make, entry => entry, cancellationToken, warn);

    private TResult Use<TResult>(
        string name, Func<string, CacheEntry> make, Func<CachedEntry, TResult> use, CancellationToken cancellationToken = default, Action<Diagnostic>? warn = null)
        where TResult : class =>
        cache.TryUse(new CacheRequest(Key(name), () => Key(name), partial => make(partial) with { Key = Key(name) }, _ => true), use, warn ?? Warn, cancellationToken)!;

    private static string Key(string name) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)));

    private string FolderOf(string name) => cache.FolderOf(Key(name));

    private static CacheEntry Fill(string partial, int size)
    {
        var file = Path.Combine(partial, "data");
        File.WriteAllBytes(file, new byte[size]);
        return new CacheEntry("", CacheEntry.Merge, [new FileRecord("data", size, FileDigests.Compute(file))], JsonSerializer.SerializeToElement(0));
    }

    private string[] Keys() => [.. cache.List().Select(e => names[e.Entry.Key])];

    private static CacheEntry Fail(string partial) => throw new InvalidOperationException("it was there already");

    private static void Warn(Diagnostic diagnostic) => throw new InvalidOperationException(diagnostic.Message);
}
