using System.Text.Json;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Caching;

/// <summary>
/// Finished work by content: <c>entries/KEY/</c> holds files and their description, <c>entries/KEY.partial/</c> work
/// in progress that a later run resumes. An entry appears by one rename, so a reader never sees half of it.
/// </summary>
public sealed class ContentCache
{
    private const string Description = "entry.json";

    private readonly string entries;

    /// <summary>Opens, or creates at first use, the cache in a folder.</summary>
    public ContentCache(string root)
    {
        Root = Path.GetFullPath(root);
        entries = Path.Combine(Root, "entries");
        Digests = new FileDigests(Root);
    }

    /// <summary>The cache folder.</summary>
    public string Root { get; }

    /// <summary>The remembered digests of files.</summary>
    public FileDigests Digests { get; }

    /// <summary>Folder of an entry, whether it exists or not.</summary>
    public string FolderOf(string key) => Path.Combine(entries, key);

    /// <summary>
    /// Returns the entry of a key, making it if it is absent or damaged. One process makes it, others wait for that.
    /// </summary>
    /// <param name="key">The content's key.</param>
    /// <param name="make">Fills the given folder, which may hold files of a run that was killed, and describes the result.</param>
    /// <param name="warn">Hears of a damaged entry that was dropped.</param>
    /// <param name="cancellationToken">Ends waiting and making.</param>
    /// <returns>The entry, and whether it was there already.</returns>
    /// <exception cref="DiagnosticException">TA0010 the cache folder cannot be used; what <paramref name="make"/> throws.</exception>
    public (CacheEntry Entry, bool Hit) GetOrMake(string key, Func<string, CacheEntry> make, Action<Diagnostic> warn, CancellationToken cancellationToken) =>
        Use(key, make, warn, (entry, hit) => (entry, hit), cancellationToken);

    /// <summary>As <see cref="GetOrMake"/>, and nobody can drop the entry while <paramref name="use"/> works with its files.</summary>
    public TResult Use<TResult>(
        string key, Func<string, CacheEntry> make, Action<Diagnostic> warn, Func<CacheEntry, bool, TResult> use, CancellationToken cancellationToken) => Guard(() =>
    {
        Directory.CreateDirectory(entries);
        using var exclusive = FolderLock.Acquire(FolderOf(key) + ".lock", cancellationToken);
        if (ReadVerified(key, warn) is not { } found)
            return use(Make(key, make), false);
        // The time of last use, by which prune decides.
        File.SetLastWriteTimeUtc(Path.Combine(FolderOf(key), Description), DateTime.UtcNow);
        return use(found, true);
    });

    /// <summary>Whether the cache has an entry of a key; it may turn out to be damaged.</summary>
    public bool Holds(string key) => File.Exists(Path.Combine(FolderOf(key), Description));

    /// <summary>Every entry with the time it was last used, oldest first.</summary>
    public IReadOnlyList<(CacheEntry Entry, DateTime LastUsedUtc)> List()
    {
        return
        [
            .. Keys()
                .Select(key => (Entry: Read(FolderOf(key)), LastUsedUtc: File.GetLastWriteTimeUtc(Path.Combine(FolderOf(key), Description))))
                .Where(e => e.Entry is not null)
                .Select(e => (e.Entry!, e.LastUsedUtc))
                .OrderBy(e => e.LastUsedUtc),
        ];
    }

    /// <summary>
    /// Drops the least recently used entries until the rest fit, and leftovers of killed runs, which only a run that never comes would resume.
    /// Entries in use stay.
    /// </summary>
    /// <returns>Entries dropped and bytes freed.</returns>
    /// <exception cref="DiagnosticException">TA0010: the cache folder cannot be used.</exception>
    public (int Entries, long Bytes) Prune(long maxSize) => Guard(() =>
    {
        var listed = List();
        var total = listed.Sum(e => e.Entry.Size);
        var (dropped, freed) = (0, 0L);
        foreach (var (entry, _) in listed.TakeWhile(_ => total > maxSize))
        {
            using var exclusive = FolderLock.TryAcquire(FolderOf(entry.Key) + ".lock");
            if (exclusive is null)
                continue;
            Directory.Delete(FolderOf(entry.Key), recursive: true);
            total -= entry.Size;
            freed += entry.Size;
            dropped++;
        }
        freed += DropPartials();
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
            using var exclusive = FolderLock.Acquire(FolderOf(key) + ".lock", CancellationToken.None);
            if (ReadVerified(key, dropped.Add, FileDigests.Compute) is not null)
                intact++;
        }
        return (intact, (IReadOnlyList<Diagnostic>)dropped);
    });

    private CacheEntry Make(string key, Func<string, CacheEntry> make)
    {
        var partial = FolderOf(key) + ".partial";
        Directory.CreateDirectory(partial);
        try
        {
            var entry = make(partial) with { Key = key };
            AtomicFile.Write(Path.Combine(partial, Description), JsonSerializer.SerializeToUtf8Bytes(entry));
            Directory.Move(partial, FolderOf(key));
            return entry;
        }
        catch (DiagnosticException)
        {
            // Refused for what the inputs are, not killed: there is nothing to resume.
            Directory.Delete(partial, recursive: true);
            throw;
        }
    }

    /// <summary>Keys of all finished entries, readable or not, in ordinal order.</summary>
    private List<string> Keys() => Directory.Exists(entries)
        ? [.. Directory.EnumerateDirectories(entries).Select(f => Path.GetFileName(f)).Where(name => !name.EndsWith(".partial", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
        : [];

    private CacheEntry? ReadVerified(string key, Action<Diagnostic> warn) => ReadVerified(key, warn, Digests.Of);

    private CacheEntry? ReadVerified(string key, Action<Diagnostic> warn, Func<string, string> digestOf)
    {
        var folder = FolderOf(key);
        if (!Directory.Exists(folder))
            return null;
        var entry = Read(folder);
        var damage = entry is null ? Description : Damage(key, entry, digestOf);
        if (damage is null)
            return entry;
        warn(CacheDiagnostics.EntryDamaged(folder, damage));
        Directory.Delete(folder, recursive: true);
        return null;
    }

    private static CacheEntry? Read(string folder)
    {
        try
        {
            var description = Path.Combine(folder, Description);
            var entry = File.Exists(description) ? JsonSerializer.Deserialize<CacheEntry>(File.ReadAllBytes(description)) : null;
            return entry is { Key: not null, Files: not null } && entry.Details.ValueKind != JsonValueKind.Undefined ? entry : null;
        }
        catch (JsonException)
        {
            // Counts as damaged, which the callers report.
            return null;
        }
    }

    private string? Damage(string key, CacheEntry entry, Func<string, string> digestOf)
    {
        foreach (var file in entry.Files)
        {
            var path = Path.Combine(FolderOf(key), file.Name);
            if (!File.Exists(path) || new FileInfo(path).Length != file.Size || digestOf(path) != file.Sha256)
                return file.Name;
        }
        return null;
    }

    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CacheDiagnostics.Unusable(Root, e);
        }
    }

    private long DropPartials()
    {
        long freed = 0;
        foreach (var partial in Directory.Exists(entries) ? Directory.GetDirectories(entries, "*.partial") : [])
        {
            using var exclusive = FolderLock.TryAcquire(Path.ChangeExtension(partial, ".lock"));
            if (exclusive is null)
                continue;
            freed += new DirectoryInfo(partial).EnumerateFiles().Sum(f => f.Length);
            Directory.Delete(partial, recursive: true);
        }
        return freed;
    }
}
