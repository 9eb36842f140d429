using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

namespace TaskArithmetic.Sources.Hub;

/// <summary>What a repository is at a revision.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Files">Names of its files.</param>
internal sealed record HubDescription(string Commit, IReadOnlyList<string> Files);

/// <summary>Files of one commit on this machine.</summary>
/// <param name="Folder">The folder they lie in, under the names they have in the repository.</param>
/// <param name="Commit">The commit.</param>
internal sealed record HubSnapshot(string Folder, string Commit);

/// <summary>How a file is fetched.</summary>
/// <param name="Anew">Whether it is fetched even if it is there.</param>
/// <param name="OnlyCached">Whether nobody is asked.</param>
internal readonly record struct HubFetching(bool Anew = false, bool OnlyCached = false);

/// <summary>
/// Reads models and data from the hub into the cache that its own clients use, and from there. What they do is repeated request by request
/// (huggingface_hub 2.4), but for three things: every byte is checked against the hub's digest, a server's error at a body is waited out, and
/// what is used in place of an answer is said.
/// </summary>
internal sealed partial class HubClient : IDisposable
{
    private readonly HubSettings settings;
    private readonly HubTransport transport;
    private readonly HubCache cache;
    private readonly SemaphoreSlim slots;
    private readonly ConcurrentQueue<(string Path, FileStatus Status, string Sha256)> fetched = new();

    public HubClient(HubSettings settings)
    {
        this.settings = settings;
        transport = new(settings);
        cache = new(settings.CacheFolder, settings.Symlinks);
        slots = new(settings.Workers);
    }

    /// <summary>Where digests that were checked on the way are remembered, so that a merge does not hash the files again; null is nowhere.</summary>
    public FileDigests? Digests { get; init; }

    /// <summary>Hears warnings.</summary>
    public Action<Diagnostic> Warn { get; init; } = _ => { };

    /// <summary>Hears which files are fetched.</summary>
    public Action<string> Log { get; init; } = _ => { };

    /// <summary>Hears how many bytes a snapshot lacks, before they are fetched.</summary>
    public Action<long> Starting { get; init; } = _ => { };

    /// <summary>Hears of bytes that came, and with a negative number of bytes that were thrown away.</summary>
    public IProgress<long>? Progress { get; init; }

    /// <summary>The cache.</summary>
    public string CacheFolder => cache.Folder;

    /// <inheritdoc/>
    public void Dispose()
    {
        transport.Dispose();
        slots.Dispose();
    }

    /// <summary>What the cache knows of a file; nobody is asked.</summary>
    public HubCached Find(HubRepository repository, string revision, string file)
    {
        HubFileName.RequireRevision(repository, revision);
        HubFileName.RequireSafe(repository, file);
        return Kept(() => cache.Find(repository, revision, file));
    }

    /// <summary>What the hub says of a file.</summary>
    public async Task<HubFileFacts> DescribeFileAsync(HubRepository repository, string revision, string file, CancellationToken cancellationToken = default)
    {
        HubFileName.RequireRevision(repository, revision);
        HubFileName.RequireSafe(repository, file);
        RequireOnline(repository, revision, file);
        using var answer = await transport.SendPatientlyAsync(Head(repository, revision, file), alsoConnections: true, cancellationToken);
        return HubFileFacts.Of(answer);
    }

    /// <summary>What the hub says of a repository.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="revision">The revision; null is the hub's default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<HubDescription> DescribeAsync(HubRepository repository, string? revision = null, CancellationToken cancellationToken = default)
    {
        HubFileName.RequireRevision(repository, revision ?? "main");
        RequireOnline(repository, revision ?? "main", null);
        return await RequireDescriptionAsync(repository, revision, cancellationToken);
    }

    /// <summary>The files of a repository with sizes and digests.</summary>
    public async Task<IReadOnlyList<HubTreeFile>> ListAsync(HubRepository repository, string revision, CancellationToken cancellationToken = default)
    {
        HubFileName.RequireRevision(repository, revision);
        RequireOnline(repository, revision, null);
        var files = new List<HubTreeFile>();
        Uri? page = Address($"api/{repository.ApiPath}/tree/{Uri.EscapeDataString(revision)}?recursive=true&expand=false");
        while (page is not null)
        {
            using var answer = await AskAsync(Api(repository, revision, page), patient: true, json => files.AddRange(HubTree.ReadPage(json)), cancellationToken);
            page = HubTransport.Header(answer.Required, "Link") is { } link && NextPage().Match(link) is { Success: true } match ? new Uri(answer.Uri, match.Groups[1].Value) : null;
        }
        return files;
    }

    /// <summary>One file, fetched unless it is there.</summary>
    /// <returns>Its path in the snapshot of its commit.</returns>
    public async Task<string> FetchAsync(HubRepository repository, string revision, string file, HubFetching how = default, CancellationToken cancellationToken = default)
    {
        HubFileName.RequireRevision(repository, revision);
        HubFileName.RequireSafe(repository, file);
        var path = await FetchFileAsync(repository, revision, file, how, cancellationToken);
        await RememberDigestsAsync(cancellationToken);
        return path;
    }

    /// <summary>Those files of a repository that are wanted, fetched unless they are there.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="revision">The revision.</param>
    /// <param name="wanted">Chooses names of the listing; may refuse it.</param>
    /// <param name="how">How they are fetched.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    public async Task<HubSnapshot> FetchAllAsync(
        HubRepository repository, string revision, Func<IReadOnlyList<HubTreeFile>, IEnumerable<HubTreeFile>> wanted, HubFetching how = default, CancellationToken cancellationToken = default)
    {
        HubFileName.RequireRevision(repository, revision);
        // A commit never changes, so once its listing is kept nobody need be asked what it is.
        if (!how.Anew && HubFileName.IsCommit(revision) && Tree(repository, revision) is { } known && Missing(repository, revision, wanted(known)).Count == 0)
            return new(cache.Snapshot(repository, revision), revision);
        if (how.OnlyCached || settings.Offline)
            return Cached(repository, revision, wanted) ?? throw new DiagnosticException(HubDiagnostics.NotCached(repository, revision, null, cache.Folder));
        var (description, failure) = await AskDescriptionAsync(repository, revision, patient: false, cancellationToken);
        if (failure is not null)
        {
            if (failure.Finding.Code != "TA5002" && !how.Anew && Cached(repository, revision, wanted, failure.Finding) is { } cached)
                return cached;
            if (!failure.MayPass)
                throw Refusal(failure);
            description = await RequireDescriptionAsync(repository, revision, cancellationToken);
        }
        return await FetchAllAsync(repository, revision, description!, wanted, how, cancellationToken);
    }

    private async Task<HubSnapshot> FetchAllAsync(
        HubRepository repository, string revision, HubDescription description, Func<IReadOnlyList<HubTreeFile>, IEnumerable<HubTreeFile>> wanted, HubFetching how, CancellationToken cancellationToken)
    {
        var commit = description.Commit;
        Kept(() => cache.Remember(repository, revision, commit));
        var tree = Tree(repository, commit);
        if (tree is null)
        {
            tree = await ListAsync(repository, commit, cancellationToken);
            Kept(() => cache.RememberTree(repository, commit, tree));
        }
        var files = wanted(tree).ToList();
        foreach (var file in files)
            HubFileName.RequireSafe(repository, file.Path);
        var missing = how.Anew ? files : Missing(repository, commit, files);
        if (missing.Count > 0)
            Starting(missing.Sum(f => f.Size));
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = settings.Workers, CancellationToken = cancellationToken },
            async (file, token) => await FetchFileAsync(repository, commit, file.Path, how, token));
        await RememberDigestsAsync(cancellationToken);
        return new(cache.Snapshot(repository, commit), commit);
    }

    /// <summary>The snapshot as the cache has it; null if it has none. With a reason, an incomplete one counts as none.</summary>
    private HubSnapshot? Cached(HubRepository repository, string revision, Func<IReadOnlyList<HubTreeFile>, IEnumerable<HubTreeFile>> wanted, Diagnostic? reason = null)
    {
        if (Kept(() => cache.Commit(repository, revision)) is not { } commit || !Directory.Exists(cache.Snapshot(repository, commit)))
            return null;
        if (Tree(repository, commit) is { } tree && Missing(repository, commit, wanted(tree)) is { Count: > 0 } missing)
            return reason is null ? throw new DiagnosticException(HubDiagnostics.Incomplete(repository, revision, commit, [.. missing.Select(f => f.Path)])) : null;
        if (reason is not null)
            Warn(HubDiagnostics.CachedInstead(repository, revision, commit, reason));
        return new(cache.Snapshot(repository, commit), commit);
    }

    private List<HubTreeFile> Missing(HubRepository repository, string commit, IEnumerable<HubTreeFile> files) =>
        [.. files.Where(file => { HubFileName.RequireSafe(repository, file.Path); return !File.Exists(cache.Pointer(repository, commit, file.Path)); })];

    private IReadOnlyList<HubTreeFile>? Tree(HubRepository repository, string commit) => Kept(() => cache.Tree(repository, commit));

    /// <summary>The first bytes of a file, without the rest and without the cache.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="file">The file.</param>
    /// <param name="count">How many bytes; fewer come of a shorter file.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<byte[]> ReadStartAsync(HubRepository repository, string commit, string file, long count, CancellationToken cancellationToken = default)
    {
        var facts = await DescribeFileAsync(repository, commit, file, cancellationToken);
        var bytes = new byte[Math.Min(count, facts.Size)];
        var (have, left) = (0, HubTransport.Retries);
        while (have < bytes.Length)
        {
            var request = new HubRequest(HttpMethod.Get, facts.Location, repository, commit, file) { Range = new(have, bytes.Length - 1) };
            using var answer = await transport.SendPatientlyAsync(request, alsoConnections: true, cancellationToken);
            try
            {
                // Who ignores ranges sends all from the beginning.
                if (answer.Required.StatusCode != System.Net.HttpStatusCode.PartialContent)
                    have = 0;
                await using var body = await answer.Required.Content.ReadAsStreamAsync(cancellationToken);
                for (int read; have < bytes.Length && (read = await transport.ReadAsync(body, bytes.AsMemory(have), cancellationToken)) > 0;)
                    have += read;
            }
            catch (Exception e) when (HubTransport.IsBroken(e) && left > 0)
            {
            }
            if (have < bytes.Length && left-- == 0)
                throw new DiagnosticException(HubDiagnostics.Unreachable(answer.Uri, "it ends too early"));
            if (have < bytes.Length)
                await transport.PauseAsync(cancellationToken);
        }
        return bytes;
    }

    /// <summary>
    /// One file, put below a folder under its own name rather than into the cache. What it is is noted beside it, as other clients do, so that it is
    /// fetched again only when it is another one.
    /// </summary>
    /// <returns>Its path.</returns>
    public async Task<string> FetchIntoAsync(string folder, HubRepository repository, string revision, string file, CancellationToken cancellationToken = default)
    {
        HubFileName.RequireRevision(repository, revision);
        HubFileName.RequireSafe(repository, file);
        RequireOnline(repository, revision, file);
        using var answer = await transport.SendPatientlyAsync(Head(repository, revision, file), alsoConnections: true, cancellationToken);
        var facts = HubFileFacts.Of(answer);
        return await KeptAsync(async () =>
        {
            var place = new HubLocalFile(folder, file);
            using var entered = await Task.Run(() => place.Enter(cancellationToken), cancellationToken);
            if (!place.Is(facts))
            {
                await FetchBytesAsync(repository, revision, file, facts, place.Path, cancellationToken);
                place.Remember(facts);
            }
            return place.Path;
        });
    }

    private async Task<string> FetchFileAsync(HubRepository repository, string revision, string file, HubFetching how, CancellationToken cancellationToken)
    {
        var cached = how.Anew ? null : Kept(() => cache.Commit(repository, revision) is { } commit && File.Exists(cache.Pointer(repository, commit, file)) ? (Path: cache.Pointer(repository, commit, file), Commit: commit) : ((string Path, string Commit)?)null);
        if (cached is var (known, _) && HubFileName.IsCommit(revision))
            return known;
        if (how.OnlyCached || settings.Offline)
            return cached?.Path ?? throw new DiagnosticException(HubDiagnostics.NotCached(repository, revision, file, cache.Folder));
        // Not patient at first: what is cached is better than a wait for a hub that is down.
        using var first = await transport.SendAsync(Head(repository, revision, file), cancellationToken);
        NoteMissing(repository, revision, file, first);
        if (first.Failure is not { } failure)
            return await FetchFileAsync(repository, revision, file, how, first, cancellationToken);
        if (cached is var (path, commit) && failure.Finding.Code is not ("TA5002" or "TA5003"))
        {
            Warn(HubDiagnostics.CachedInstead(repository, revision, commit, failure.Finding));
            return path;
        }
        if (!failure.MayPass || how.Anew)
            throw Refusal(failure);
        using var later = await transport.SendPatientlyAsync(Head(repository, revision, file), alsoConnections: true, cancellationToken);
        NoteMissing(repository, revision, file, later);
        return await FetchFileAsync(repository, revision, file, how, later, cancellationToken);
    }

    private async Task<string> FetchFileAsync(HubRepository repository, string revision, string file, HubFetching how, HubAnswer answer, CancellationToken cancellationToken)
    {
        var facts = HubFileFacts.Of(answer);
        NoteNewName(repository, answer);
        return await KeptAsync(async () =>
        {
            cache.Remember(repository, revision, facts.Commit);
            var pointer = cache.Pointer(repository, facts.Commit, file);
            if (!how.Anew && File.Exists(pointer))
                return pointer;
            using var entered = await Task.Run(() => cache.Enter(repository, facts, file, cancellationToken), cancellationToken);
            // Whoever had the lock before may have fetched it.
            if (!how.Anew && File.Exists(pointer))
                return pointer;
            var isNew = how.Anew || !File.Exists(cache.Blob(repository, facts.Digest));
            if (isNew)
                await FetchBytesAsync(repository, revision, file, facts, cache.Blob(repository, facts.Digest), cancellationToken);
            pointer = cache.Link(repository, facts, file, isNew);
            if (isNew && facts.HasSha256)
                fetched.Enqueue((pointer, FileStatus.Of(pointer), facts.Digest));
            return pointer;
        });
    }

    /// <summary>Fetches bytes under a name that no reader takes for theirs, and renames it once they are whole and proven.</summary>
    private async Task FetchBytesAsync(HubRepository repository, string revision, string file, HubFileFacts facts, string path, CancellationToken cancellationToken)
    {
        Log($"{repository.Id}/{file} ({facts.Size} bytes)");
        var unfinished = Leftover(path) ?? $"{path}.{Random.Shared.Next():x8}.incomplete";
        var stays = false;
        try
        {
            await using (var stream = new FileStream(unfinished, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0, useAsync: false))
            {
                try
                {
                    await BodyOf(repository, revision, file, facts).FetchAsync(stream, cancellationToken);
                    stream.Flush(flushToDisk: true);
                }
                catch (Exception e)
                {
                    // Worth going on from later, unless it was found to be wrong.
                    stays = stream.Length >= settings.SegmentBytes && e is not DiagnosticException { Diagnostics: [{ Code: "TA5011" }] };
                    throw;
                }
            }
            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            if (!stays)
                File.Delete(unfinished);
        }
    }

    private HubBody BodyOf(HubRepository repository, string revision, string file, HubFileFacts facts)
    {
        var seen = 0L;
        // The store holds weights, which do not compress; the hub itself serves text.
        var request = new HubRequest(HttpMethod.Get, facts.Location, repository, revision, file) { MayBeCompressed = !facts.HasSha256 };
        return new(settings, transport, slots, request, facts)
        {
            Advanced = written => Progress?.Report(written - Interlocked.Exchange(ref seen, written)),
            Renew = async cancellationToken =>
            {
                using var answer = await transport.SendPatientlyAsync(Head(repository, facts.Commit, file), alsoConnections: true, cancellationToken);
                return HubFileFacts.Of(answer).Location;
            },
        };
    }

    /// <summary>What a process that was killed left of a blob; we have its lock, so nobody writes to it.</summary>
    private static string? Leftover(string blob) =>
        Directory.EnumerateFiles(Path.GetDirectoryName(blob)!, Path.GetFileName(blob) + ".*.incomplete").FirstOrDefault(f => Unfinished().IsMatch(f));

    /// <summary>
    /// Remembers the digests of what was fetched. A file that was written just now may be written again without its times telling, so
    /// that time is waited out: two seconds here save hashing gigabytes.
    /// </summary>
    private async Task RememberDigestsAsync(CancellationToken cancellationToken)
    {
        while (Digests is { } digests && fetched.TryDequeue(out var file))
        {
            await KeptAsync(async () =>
            {
                using (var handle = RegularFile.Open(file.Path))
                {
                    if (!MappedWrites.MakeNoticeable(handle))
                        return 0;
                }
                while (!FileDigests.IsSettled(file.Status))
                    await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
                if (FileStatus.Of(file.Path) == file.Status)
                    digests.Remember(file.Path, file.Status, file.Sha256);
                return 0;
            });
        }
    }

    private void NoteMissing(HubRepository repository, string revision, string file, HubAnswer answer)
    {
        if (answer.Failure?.Finding.Code != "TA5003" || answer.Commit is not { } commit || !HubFileName.IsCommit(commit))
            return;
        Kept(() =>
        {
            cache.RememberMissing(repository, commit, file);
            cache.Remember(repository, revision, commit);
        });
    }

    private void NoteNewName(HubRepository repository, HubAnswer answer)
    {
        if (answer.NewId is { } newId)
            Warn(HubDiagnostics.Renamed(repository, newId));
    }

    /// <summary>Asks what a revision is.</summary>
    private async Task<(HubDescription? Description, HubFailure? Failure)> AskDescriptionAsync(HubRepository repository, string? revision, bool patient, CancellationToken cancellationToken)
    {
        HubDescription? description = null;
        using var answer = await AskAsync(Description(repository, revision), patient, json => description = new(
            json.GetProperty("sha").GetString()!,
            [.. json.GetProperty("siblings").EnumerateArray().Select(file => file.GetProperty("rfilename").GetString()!)]), cancellationToken);
        if (answer.Failure is not null)
            return (null, answer.Failure);
        NoteNewName(repository, answer);
        return HubFileName.IsCommit(description!.Commit) ? (description, null) : throw new DiagnosticException(HubDiagnostics.NotAHub(answer.Uri, "its sha is no commit"));
    }

    private async Task<HubDescription> RequireDescriptionAsync(HubRepository repository, string? revision, CancellationToken cancellationToken) =>
        await AskDescriptionAsync(repository, revision, patient: true, cancellationToken) switch
        {
            ({ } description, _) => description,
            (_, var failure) => throw Refusal(failure!),
        };

    private static DiagnosticException Refusal(HubFailure failure) => new(failure.Finding, failure.Cause);

    /// <summary>Asks for JSON; a body that breaks off is asked for again.</summary>
    private async Task<HubAnswer> AskAsync(HubRequest request, bool patient, Action<JsonElement> read, CancellationToken cancellationToken)
    {
        for (var again = 0; ; again++)
        {
            var answer = patient || again > 0 ? await transport.SendPatientlyAsync(request, alsoConnections: true, cancellationToken) : await transport.SendAsync(request, cancellationToken);
            if (answer.Failure is not null)
                return answer;
            try
            {
                using var document = JsonFile.Parse(await ReadAsync(answer, cancellationToken));
                read(document.RootElement);
                return answer;
            }
            catch (Exception e) when (HubTransport.IsBroken(e) && e is not UnreadableFileException)
            {
                if (again == HubTransport.Retries)
                    throw new DiagnosticException(HubDiagnostics.Unreachable(answer.Uri, e.Message), e);
                await transport.PauseAsync(cancellationToken);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or UnreadableFileException)
            {
                throw new DiagnosticException(HubDiagnostics.NotAHub(answer.Uri, e.Message), e);
            }
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HubAnswer answer, CancellationToken cancellationToken)
    {
        await using var body = await answer.Required.Content.ReadAsStreamAsync(cancellationToken);
        var all = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int read; (read = await transport.ReadAsync(body, buffer, cancellationToken)) > 0;)
        {
            all.Write(buffer, 0, read);
            if (all.Length > RegularFile.SmallMost)
                throw new UnreadableFileException(RegularFile.TooLarge(all.Length, RegularFile.SmallMost));
        }
        return all.GetBuffer().AsMemory(0, (int)all.Length);
    }

    private void RequireOnline(HubRepository repository, string revision, string? file)
    {
        if (settings.Offline)
            throw new DiagnosticException(HubDiagnostics.NotCached(repository, revision, file, cache.Folder));
    }

    private HubRequest Head(HubRepository repository, string revision, string file) =>
        new(HttpMethod.Head, Address($"{repository.PagePath}/resolve/{Uri.EscapeDataString(revision)}/{HubFileName.Escape(file)}"), repository, revision, file);

    private HubRequest Description(HubRepository repository, string? revision) =>
        Api(repository, revision ?? "main", Address(revision is null ? $"api/{repository.ApiPath}" : $"api/{repository.ApiPath}/revision/{Uri.EscapeDataString(revision)}"));

    private static HubRequest Api(HubRepository repository, string revision, Uri uri) => new(HttpMethod.Get, uri, repository, revision, "");

    private Uri Address(string path) => new($"{settings.Endpoint}/{path}");

    private void Kept(Action work) => Kept(() => { work(); return 0; });

    private T Kept<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(HubDiagnostics.CacheUnusable(cache.Folder, e.Message), e);
        }
    }

    private async Task<T> KeptAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(HubDiagnostics.CacheUnusable(cache.Folder, e.Message), e);
        }
    }

    [GeneratedRegex("<([^>]+)>\\s*;\\s*rel=\"?next\"?", RegexOptions.CultureInvariant)]
    private static partial Regex NextPage();

    [GeneratedRegex(@"\.[0-9a-f]{8}\.incomplete\z", RegexOptions.CultureInvariant)]
    private static partial Regex Unfinished();
}
