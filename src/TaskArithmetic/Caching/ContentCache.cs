using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

namespace TaskArithmetic.Caching;

/// <summary>
/// Finished work by content: <c>entries/KEY/</c> holds files and their description, <c>entries/WORK.partial/</c> work in progress that a later run
/// resumes. An entry appears by one rename, so a reader never sees half of it. The cache may cost time, never a build: where it cannot be used, the
/// caller is told and works without it.
/// </summary>
public sealed partial class ContentCache
{
    private const string PartialSuffix = ".partial";
    private const string LockSuffix = ".lock";

    private readonly string entries;
    private readonly string forms;

    /// <summary>Opens, or creates at first use, the cache in a folder; null is a cache that never holds anything.</summary>
    public ContentCache(string? root)
    {
        Root = root is null ? "" : Path.GetFullPath(root);
        entries = Path.Combine(Root, "entries");
        forms = Path.Combine(Root, "forms");
        Digests = new FileDigests(root);
    }

    /// <summary>The cache folder; empty if there is none.</summary>
    public string Root { get; }

    /// <summary>The remembered digests of files.</summary>
    public FileDigests Digests { get; }

    /// <summary>Why digests could not be remembered, if they could not: that costs time at every run.</summary>
    internal Diagnostic? Forgetfulness => Digests.Failure is { } failure ? CacheDiagnostics.GoesOnWithout(Root, failure.Message) : null;

    /// <summary>Whether a text is a SHA-256 in lower-case hex, as every key is.</summary>
    internal static bool IsKey(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Folder of an entry, whether it exists or not.</summary>
    internal string FolderOf(string key) => Path.Combine(entries, key);

    /// <summary>Whether the cache has an entry of a key; it may turn out to be damaged.</summary>
    internal bool Holds(string key) => Root.Length > 0 && IsThere(FolderOf(key));

    /// <summary>
    /// Whether some entry was made by work of this form, whatever its inputs were. If not, no inputs need to be hashed to know that the cache holds nothing for them.
    /// </summary>
    internal bool MayHold(string form)
    {
        try
        {
            return Root.Length > 0 && Directory.Exists(forms) && Directory.EnumerateFiles(forms, form + ".*").Any(f => Holds(Path.GetExtension(f)[1..]));
        }
        catch (Exception e) when (IsFailure(e))
        {
            return false;
        }
    }

    /// <summary>Why an entry of this size has no room; null if it has.</summary>
    /// <param name="bytes">Size of the entry.</param>
    /// <param name="output">Where the same bytes are placed afterwards.</param>
    internal Diagnostic? LackOfRoom(long bytes, string output)
    {
        if (Root.Length == 0)
            return null;
        try
        {
            var place = NearestExisting(Root);
            var needed = FileStatus.Of(place).Device == FileStatus.Of(NearestExisting(output)).Device ? 2 * bytes : bytes;
            var free = new DriveInfo(place).AvailableFreeSpace;
            return free < needed ? CacheDiagnostics.GoesOnWithout(Root, CacheDiagnostics.LacksRoom(needed, free)) : null;
        }
        catch (Exception e) when (IsFailure(e))
        {
            return CacheDiagnostics.GoesOnWithout(Root, e.Message);
        }
    }

    /// <summary>
    /// Works with the entry that is asked for, making it if it is absent or damaged. One process makes it, others wait for that, and nobody can drop it
    /// while <paramref name="use"/> works with its files.
    /// </summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="use">Works with the entry; it is called again if the entry turns out to be damaged on the way.</param>
    /// <param name="warn">Hears of a damaged entry that was dropped, and why the cache could not be used.</param>
    /// <param name="cancellationToken">Ends waiting and making.</param>
    /// <returns>What <paramref name="use"/> returned; null if the cache could not be used.</returns>
    /// <exception cref="DiagnosticException">What the request and <paramref name="use"/> throw.</exception>
    internal TResult? TryUse<TResult>(CacheRequest request, Func<CachedEntry, TResult> use, Action<Diagnostic> warn, CancellationToken cancellationToken)
        where TResult : class
    {
        if (Root.Length == 0)
        {
            warn(CacheDiagnostics.GoesOnWithout(null, "the user has no home and no folder is named"));
            return null;
        }
        var inUse = false;
        try
        {
            return request.Key() is { } key && Serve(key, request, Call, warn, cancellationToken) is { } found
                ? found
                : MakeAndUse(request, Call, warn, cancellationToken);
        }
        catch (Exception e) when (!inUse && IsFailure(e))
        {
            warn(CacheDiagnostics.GoesOnWithout(Root, e.Message));
            return null;
        }

        // Failures of the caller's own files are not the cache's.
        TResult Call(CachedEntry entry)
        {
            inUse = true;
            try
            {
                return use(entry);
            }
            catch (DamagedEntryException)
            {
                inUse = false;
                throw;
            }
        }
    }

    /// <summary>Works with an entry that is there; null if none is or it was damaged, and then it is gone.</summary>
    private TResult? Serve<TResult>(string key, CacheRequest request, Func<CachedEntry, TResult> use, Action<Diagnostic> warn, CancellationToken cancellationToken)
        where TResult : class
    {
        var folder = FolderOf(key);
        if (!IsThere(folder))
            return null;
        using var exclusive = LockIfPossible(key, cancellationToken);
        if (!IsThere(folder))
            return null;
        var damaged = CacheEntry.Description;
        try
        {
            if (!IsLink(folder) && CacheEntry.Read(folder, key) is { } entry && request.Accepts(entry))
            {
                var result = use(new CachedEntry(folder, entry, hit: true));
                NoteUse(folder);
                return result;
            }
        }
        catch (DamagedEntryException e)
        {
            damaged = e.File;
        }
        warn(CacheDiagnostics.EntryDamaged(folder, damaged));
        Drop(folder);
        return null;
    }

    private TResult? MakeAndUse<TResult>(CacheRequest request, Func<CachedEntry, TResult> use, Action<Diagnostic> warn, CancellationToken cancellationToken)
        where TResult : class
    {
        Directory.CreateDirectory(entries);
        var partial = FolderOf(request.Work) + PartialSuffix;
        using var working = FolderLock.Acquire(partial + LockSuffix, cancellationToken);
        try
        {
            // Somebody may have made it while we waited.
            if (request.Key() is { } now && Serve(now, request, use, warn, cancellationToken) is { } made)
                return made;
            var entry = Make(request, partial);
            using var exclusive = FolderLock.Acquire(FolderOf(entry.Key) + LockSuffix, cancellationToken);
            Publish(entry, partial, request.Form);
            try
            {
                return use(new CachedEntry(FolderOf(entry.Key), entry, hit: false));
            }
            catch (DamagedEntryException e)
            {
                warn(CacheDiagnostics.EntryDamaged(FolderOf(entry.Key), e.File));
                Drop(FolderOf(entry.Key));
                return null;
            }
        }
        finally
        {
            working.Remove();
        }
    }

    private static CacheEntry Make(CacheRequest request, string partial)
    {
        if (IsLink(partial) || File.Exists(partial))
            Drop(partial);
        Directory.CreateDirectory(partial);
        try
        {
            var entry = request.Make(partial);
            entry.Describe(partial);
            Protect(partial, entry);
            return entry;
        }
        catch (Exception e) when (e is DiagnosticException || IsFailure(e))
        {
            // Refused for what the inputs are, or there is no room: nothing to resume, and room is given back. A run that is cancelled or killed is resumed.
            Drop(partial);
            throw;
        }
    }

    /// <summary>An entry is never written to again, so nobody needs to be able to.</summary>
    private static void Protect(string folder, CacheEntry entry)
    {
        // Windows would not let anyone delete a read-only file.
        if (OperatingSystem.IsWindows())
            return;
        foreach (var file in entry.Files)
            File.SetUnixFileMode(Path.Combine(folder, file.Name), UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    private void Publish(CacheEntry entry, string partial, string? form)
    {
        var folder = FolderOf(entry.Key);
        // Another run may have made the same of other copies of the inputs; ours is certainly whole.
        Drop(folder);
        DiskFlush.Folder(partial);
        Directory.Move(partial, folder);
        DiskFlush.Folder(entries);
        if (form is null)
            return;
        try
        {
            Directory.CreateDirectory(forms);
            File.WriteAllBytes(Path.Combine(forms, $"{form}.{entry.Key}"), []);
        }
        catch (Exception e) when (IsFailure(e))
        {
            // Then a merge of moved inputs is made again rather than found.
        }
    }

    private FolderLock? LockIfPossible(string key, CancellationToken cancellationToken)
    {
        try
        {
            return FolderLock.Acquire(FolderOf(key) + LockSuffix, cancellationToken);
        }
        catch (Exception e) when (IsFailure(e))
        {
            // A cache that cannot be written is not pruned either.
            return null;
        }
    }

    /// <summary>The time of last use, by which prune decides.</summary>
    private static void NoteUse(string folder)
    {
        try
        {
            File.SetLastWriteTimeUtc(Path.Combine(folder, CacheEntry.Description), DateTime.UtcNow);
        }
        catch (Exception e) when (IsFailure(e))
        {
            // A read-only cache serves all the same.
        }
    }

    /// <summary>Removes what stands under a name of ours. A link is removed, never what it leads to; what is gone already is no failure.</summary>
    private static void Drop(string path)
    {
        try
        {
            if (IsLink(path) || File.Exists(path))
                File.Delete(path);
            else if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            // Somebody else removed it.
        }
    }

    private static bool IsThere(string path) => Path.Exists(path) || IsLink(path);

    private static bool IsLink(string path) => new FileInfo(path) is { LinkTarget: not null };

    private static bool IsFailure(Exception e) => e is IOException or UnauthorizedAccessException;

    private static string NearestExisting(string path)
    {
        while (!Path.Exists(path))
            path = Path.GetDirectoryName(path)!;
        return path;
    }
}
