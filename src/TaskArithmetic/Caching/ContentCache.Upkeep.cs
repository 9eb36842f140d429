using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

namespace TaskArithmetic.Caching;

/// <summary>What people do with a cache: list it, make room, look for damage.</summary>
public sealed partial class ContentCache
{
    /// <summary>How old an unfinished file is before nobody can be writing it any more.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <summary>Every intact description with the time its entry was last used, oldest first.</summary>
    /// <exception cref="DiagnosticException">TA0010: the cache folder cannot be used.</exception>
    public IReadOnlyList<(CacheEntry Entry, DateTime LastUsedUtc)> List() => Guard(() => (IReadOnlyList<(CacheEntry, DateTime)>)
    [
        .. Keys().Select(key => (Entry: Read(key), LastUsedUtc: LastUse(key))).Where(e => e.Entry is not null).Select(e => (e.Entry!, e.LastUsedUtc)).OrderBy(e => e.LastUsedUtc),
    ]);

    /// <summary>A warning that names what lies among the entries and is none of the cache's; empty if there is nothing.</summary>
    /// <exception cref="DiagnosticException">TA0010: the cache folder cannot be used.</exception>
    public IReadOnlyList<Diagnostic> Foreign() => Guard(() =>
    {
        var names = Names().Where(name => !IsKey(name) && !IsOurs(name)).ToList();
        return (IReadOnlyList<Diagnostic>)(names.Count == 0 ? [] : [CacheDiagnostics.Foreign(entries, names)]);
    });

    /// <summary>
    /// Drops damaged entries, the least recently used ones until the rest fit, and leftovers of killed runs, which only a run that never comes would
    /// resume. Entries in use stay.
    /// </summary>
    /// <returns>Entries dropped and bytes freed.</returns>
    /// <exception cref="DiagnosticException">TA0010: the cache folder cannot be used.</exception>
    public (int Entries, long Bytes) Prune(long maxSize) => Guard(() =>
    {
        var listed = Keys().Select(key => (Key: key, Entry: Read(key), LastUsedUtc: LastUse(key))).OrderBy(e => e.Entry is not null).ThenBy(e => e.LastUsedUtc).ToList();
        var total = listed.Sum(e => e.Entry?.Size ?? 0);
        var (dropped, freed) = (0, 0L);
        foreach (var (key, entry, _) in listed.TakeWhile(e => e.Entry is null || total > maxSize))
        {
            if (DropUnlessInUse(key) is not { } bytes)
                continue;
            total -= entry?.Size ?? 0;
            freed += bytes;
            dropped++;
        }
        freed += DropLeftovers();
        return (dropped, freed);
    });

    /// <summary>Reads every byte of every entry and drops those that are damaged.</summary>
    /// <returns>Entries that were intact, and a warning for each dropped one.</returns>
    /// <exception cref="DiagnosticException">TA0010: the cache folder cannot be used.</exception>
    public (int Intact, IReadOnlyList<Diagnostic> Dropped) Verify() => Guard(() =>
    {
        var intact = 0;
        var dropped = new List<Diagnostic>();
        foreach (var key in Keys())
        {
            using var exclusive = LockIfPossible(key, CancellationToken.None);
            if (!IsThere(FolderOf(key)))
                continue;
            if (Damage(key) is not { } damaged)
            {
                intact++;
                continue;
            }
            Drop(FolderOf(key));
            dropped.Add(CacheDiagnostics.EntryDamaged(FolderOf(key), damaged));
        }
        return (intact, (IReadOnlyList<Diagnostic>)dropped);
    });

    private CacheEntry? Read(string key) => IsLink(FolderOf(key)) ? null : CacheEntry.Read(FolderOf(key), key);

    private DateTime LastUse(string key) => File.GetLastWriteTimeUtc(Path.Combine(FolderOf(key), CacheEntry.Description));

    private string? Damage(string key)
    {
        if (Read(key) is not { } entry)
            return CacheEntry.Description;
        return entry.Files.FirstOrDefault(file =>
        {
            try
            {
                return FileDigests.Compute(Path.Combine(FolderOf(key), file.Name)) != file.Sha256;
            }
            catch (Exception e) when (IsFailure(e))
            {
                return true;
            }
        })?.Name;
    }

    /// <summary>Bytes freed; null if somebody uses the entry or has dropped it before us.</summary>
    private long? DropUnlessInUse(string key)
    {
        var folder = FolderOf(key);
        using var exclusive = FolderLock.TryAcquire(folder + LockSuffix);
        if (exclusive is null)
            return null;
        var bytes = IsThere(folder) ? SizeOf(folder) : (long?)null;
        if (bytes is not null)
            Drop(folder);
        exclusive.Remove();
        return bytes;
    }

    private long DropLeftovers()
    {
        long freed = 0;
        foreach (var partial in Names().Where(name => IsOurs(name) && name.EndsWith(PartialSuffix, StringComparison.Ordinal)))
            freed += DropUnlessInUse(partial) ?? 0;
        foreach (var unused in Names().Where(name => IsOurs(name) && name.EndsWith(LockSuffix, StringComparison.Ordinal)).Select(name => name[..^LockSuffix.Length]).Where(name => !IsThere(FolderOf(name))))
            DropUnlessInUse(unused);
        foreach (var file in Files(Path.Combine(Root, "digests")).Concat(Files(forms)).Where(f => IsAbandoned(f) || IsFormOfNothing(f)))
            Drop(file);
        return freed;
    }

    private static bool IsAbandoned(string file) =>
        file.EndsWith(AtomicFile.TemporarySuffix, StringComparison.Ordinal) && DateTime.UtcNow - File.GetLastWriteTimeUtc(file) > Abandoned;

    private bool IsFormOfNothing(string file) =>
        Path.GetDirectoryName(file) == forms && Path.GetFileName(file).Split('.') is [var form, var key] && IsKey(form) && IsKey(key) && !Path.Exists(FolderOf(key));

    private static long SizeOf(string folder)
    {
        try
        {
            return IsLink(folder) || !Directory.Exists(folder) ? 0 : new DirectoryInfo(folder).EnumerateFiles().Where(f => f.Name != CacheEntry.Description).Sum(f => f.Length);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Keys of all finished entries, readable or not, in ordinal order.</summary>
    private IEnumerable<string> Keys() => Names().Where(IsKey);

    /// <summary><c>KEY.partial</c>, <c>KEY.lock</c> and <c>KEY.partial.lock</c>.</summary>
    private static bool IsOurs(string name) => name.Length > 64 && IsKey(name[..64]) && name[64..] is PartialSuffix or LockSuffix or (PartialSuffix + LockSuffix);

    private List<string> Names() => Root.Length > 0 && Directory.Exists(entries)
        ? [.. Directory.EnumerateFileSystemEntries(entries).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)]
        : [];

    private static IEnumerable<string> Files(string folder) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [];

    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw CacheDiagnostics.Unusable(Root, e);
        }
    }
}
