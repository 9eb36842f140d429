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
    public (CacheEntry Entry, bool Hit) GetOrMake(string key, Func<string, CacheEntry> make, Action<Diagnostic> warn, CancellationToken cancellationToken)
    {
        var folder = FolderOf(key);
        try
        {
            Directory.CreateDirectory(entries);
            using var exclusive = FolderLock.Acquire(folder + ".lock", cancellationToken);
            if (ReadVerified(key, warn) is { } found)
            {
                // The time of last use, by which prune decides.
                File.SetLastWriteTimeUtc(Path.Combine(folder, Description), DateTime.UtcNow);
                return (found, true);
            }
            var partial = folder + ".partial";
            Directory.CreateDirectory(partial);
            var entry = make(partial) with { Key = key };
            AtomicFile.Write(Path.Combine(partial, Description), JsonSerializer.SerializeToUtf8Bytes(entry));
            Directory.Move(partial, folder);
            return (entry, false);
        }
        catch (UnauthorizedAccessException e)
        {
            throw CacheDiagnostics.Unusable(Root, e);
        }
    }

    /// <summary>Every entry with the time it was last used, oldest first.</summary>
    public IReadOnlyList<(CacheEntry Entry, DateTime LastUsedUtc)> List()
    {
        if (!Directory.Exists(entries))
            return [];
        return
        [
            .. Directory.EnumerateDirectories(entries)
                .Select(folder => (Entry: Read(folder), LastUsedUtc: File.GetLastWriteTimeUtc(Path.Combine(folder, Description))))
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
    public (int Entries, long Bytes) Prune(long maxSize)
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
    }

    /// <summary>Reads every byte of every entry and drops those that are damaged.</summary>
    /// <returns>Entries that were intact, and a warning for each dropped one.</returns>
    public (int Intact, IReadOnlyList<Diagnostic> Dropped) Verify()
    {
        var intact = 0;
        var dropped = new List<Diagnostic>();
        foreach (var (entry, _) in List())
        {
            using var exclusive = FolderLock.Acquire(FolderOf(entry.Key) + ".lock", CancellationToken.None);
            if (Damage(entry, FileDigests.Compute) is { } file)
            {
                dropped.Add(CacheDiagnostics.EntryDamaged(FolderOf(entry.Key), file));
                Directory.Delete(FolderOf(entry.Key), recursive: true);
            }
            else
            {
                intact++;
            }
        }
        return (intact, dropped);
    }

    private CacheEntry? ReadVerified(string key, Action<Diagnostic> warn)
    {
        var folder = FolderOf(key);
        if (!Directory.Exists(folder))
            return null;
        var entry = Read(folder);
        var damage = entry is null ? Description : Damage(entry, Digests.Of);
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
            return File.Exists(description) ? JsonSerializer.Deserialize<CacheEntry>(File.ReadAllBytes(description)) : null;
        }
        catch (JsonException)
        {
            // Counts as damaged, which the callers report.
            return null;
        }
    }

    private string? Damage(CacheEntry entry, Func<string, string> digestOf)
    {
        foreach (var file in entry.Files)
        {
            var path = Path.Combine(FolderOf(entry.Key), file.Name);
            if (!File.Exists(path) || new FileInfo(path).Length != file.Size || digestOf(path) != file.Sha256)
                return file.Name;
        }
        return null;
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
